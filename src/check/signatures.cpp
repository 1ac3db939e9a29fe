// Reads signatures like "(datetime, zone?) -> int | (date) -> int". Entry point: overloads_of().
#include "check/signatures.hpp"

#include "eval/code.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace nurture::check {

namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Overload> read() {
    std::vector<Overload> overloads;
    do {
      overloads.push_back(overload());
    } while (take("|"));
    return overloads;
  }

 private:
  void skip_blanks() {
    while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
  }
  bool take(std::string_view token) {
    skip_blanks();
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }
  std::string_view word() {
    skip_blanks();
    std::size_t end = 0;
    while (end < text_.size() && ((text_[end] >= 'a' && text_[end] <= 'z') || (text_[end] >= 'A' && text_[end] <= 'Z'))) ++end;
    const std::string_view found = text_.substr(0, end);
    text_.remove_prefix(end);
    return found;
  }

  Type type(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, TypeKind>, 13> kKinds{{{"bool", TypeKind::bool_},
                                                                            {"int", TypeKind::int_},
                                                                            {"number", TypeKind::number},
                                                                            {"string", TypeKind::string},
                                                                            {"zone", TypeKind::string},
                                                                            {"date", TypeKind::date},
                                                                            {"time", TypeKind::time},
                                                                            {"datetime", TypeKind::datetime},
                                                                            {"duration", TypeKind::duration},
                                                                            {"period", TypeKind::period},
                                                                            {"map", TypeKind::map},
                                                                            {"list", TypeKind::list},
                                                                            {"enum", TypeKind::enum_}}};
    for (const auto& [known, kind] : kKinds) {
      if (known != name) continue;
      Type found = type_of(kind);
      if (kind == TypeKind::enum_ && take("(")) {
        do {
          found.values.emplace_back(word());
        } while (take(","));
        take(")");
      }
      return found;
    }
    return type_of(TypeKind::any);
  }

  Overload overload() {
    Overload out;
    take("(");
    while (!take(")") && !text_.empty()) {
      const std::string_view name = word();
      Parameter parameter{type(name), name == "zone", false};
      parameter.optional = take("?");
      out.parameters.push_back(std::move(parameter));
      take(",");
    }
    take("->");
    out.result = type(word());
    return out;
  }

  std::string_view text_;
};

}  // namespace

const std::vector<Overload>& overloads_of(int function) {
  static const std::vector<std::vector<Overload>> kAll = [] {
    std::vector<std::vector<Overload>> all;
    for (const auto& row : eval::functions()) all.push_back(Reader(row.signature).read());
    return all;
  }();
  return kAll.at(static_cast<std::size_t>(function));
}

}  // namespace nurture::check
