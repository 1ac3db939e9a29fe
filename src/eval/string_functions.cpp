// Functions of texts. Entry points: the functions of namespace texts in functions.hpp.
//
// Texts count in code points, but searching works on bytes: UTF-8 makes that the same.
#include "eval/functions.hpp"
#include "eval/pattern.hpp"
#include "eval/unicode.hpp"

namespace nurture::eval::texts {

namespace {

Value fail(Error error) { return Value::error(error); }

bool are_strings(const Value* args, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    if (args[i].kind != Kind::string) return false;
  }
  return true;
}

/// Sixteen bytes cost as much as one operation.
bool charge_bytes(Call& call, std::size_t bytes) { return call.charge(bytes / 16); }

template <class Map>
Value map_letters(Call& call, const Value* args, Map map) {
  if (!are_strings(args, 1)) return fail(Error::no_such_overload);
  if (!call.charge(args[0].text().size())) return fail(Error::cost_exceeded);
  std::string result;
  for (std::size_t at = 0; at < args[0].text().size();) unicode::append(result, map(unicode::decode(args[0].text(), at)));
  return Value::of(call.arena.copy(result));
}

}  // namespace

Value size(Call& call, const Value* args, std::uint32_t) {
  switch (args[0].kind) {
    case Kind::list: return Value::of(std::int64_t{args[0].list->size});
    case Kind::map: return Value::of(std::int64_t{args[0].map->size});
    case Kind::string:
      if (!charge_bytes(call, args[0].text().size())) return fail(Error::cost_exceeded);
      return Value::of(static_cast<std::int64_t>(unicode::length(args[0].text())));
    default: return fail(Error::no_such_overload);
  }
}

Value contains(Call& call, const Value* args, std::uint32_t) {
  if (!are_strings(args, 2)) return fail(Error::no_such_overload);
  const std::string_view text = args[0].text();
  const std::string_view part = args[1].text();
  // The search may compare the whole part at every place of the text.
  if (!charge_bytes(call, text.size() * (1 + part.size() / 16))) return fail(Error::cost_exceeded);
  return Value::of(text.find(part) != std::string_view::npos);
}

Value starts_with(Call& call, const Value* args, std::uint32_t) {
  if (!are_strings(args, 2)) return fail(Error::no_such_overload);
  if (!charge_bytes(call, args[1].text().size())) return fail(Error::cost_exceeded);
  return Value::of(args[0].text().starts_with(args[1].text()));
}

Value ends_with(Call& call, const Value* args, std::uint32_t) {
  if (!are_strings(args, 2)) return fail(Error::no_such_overload);
  if (!charge_bytes(call, args[1].text().size())) return fail(Error::cost_exceeded);
  return Value::of(args[0].text().ends_with(args[1].text()));
}

Value matches(Call& call, const Value* args, std::uint32_t) {
  if (!are_strings(args, 2)) return fail(Error::no_such_overload);
  return pattern::matches(call, args[0].text(), args[1].text());
}

Value lower(Call& call, const Value* args, std::uint32_t) { return map_letters(call, args, unicode::lower_of); }
Value upper(Call& call, const Value* args, std::uint32_t) { return map_letters(call, args, unicode::upper_of); }

Value trim(Call& call, const Value* args, std::uint32_t) {
  if (!are_strings(args, 1)) return fail(Error::no_such_overload);
  if (!charge_bytes(call, args[0].text().size())) return fail(Error::cost_exceeded);
  constexpr std::string_view kBlanks = " \t\r\n\f\v";
  const std::string_view text = args[0].text();
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return Value::of(std::string_view{});
  return Value::of(text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1));
}

}  // namespace nurture::eval::texts
