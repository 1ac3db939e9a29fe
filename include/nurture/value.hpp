// Values that cross the boundary between host and engine: attributes of leads, fields of events.
//
//   engine.upsert("ada", {{"email", "ada@example.com"}, {"years_experience", 7}});
//   engine.post({.lead = "ada", .name = "page.view", .fields = {{"path", "/pricing"}}});
#pragma once

#include <nurture/time.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nurture {

/// null, a bool, an integer, a number, a text, an instant, or a list of such. Null means: not known (it removes an attribute).
/// Dates and times of day are texts ("2026-03-02", "09:00"); texts are read as whatever the field's declared type asks for.
class Value {
 public:
  using List = std::vector<Value>;
  using Storage = std::variant<std::monostate, bool, std::int64_t, double, std::string, Instant, List>;

  Value() = default;
  Value(bool value) : storage_(value) {}  // NOLINT(google-explicit-constructor)
  template <std::integral T>
  requires(!std::same_as<T, bool>) Value(T value) : storage_(static_cast<std::int64_t>(value)) {}  // NOLINT(google-explicit-constructor)
  Value(double value) : storage_(value) {}                                                         // NOLINT(google-explicit-constructor)
  Value(const char* value) : storage_(std::string(value)) {}                                       // NOLINT(google-explicit-constructor)
  Value(std::string_view value) : storage_(std::string(value)) {}                                  // NOLINT(google-explicit-constructor)
  Value(std::string value) : storage_(std::move(value)) {}                                         // NOLINT(google-explicit-constructor)
  Value(Instant value) : storage_(value) {}                                                        // NOLINT(google-explicit-constructor)
  Value(List value) : storage_(std::move(value)) {}                                                // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(storage_); }
  [[nodiscard]] const Storage& storage() const { return storage_; }

 private:
  Storage storage_;
};

/// Named values, in any order; of two with one name the later counts.
using Fields = std::vector<std::pair<std::string, Value>>;

}  // namespace nurture
