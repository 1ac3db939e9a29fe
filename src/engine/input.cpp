// See input.hpp. Inputs mostly come in the order of their instants; those that do not stand in a heap of their own, so that a host
// may post a month in any order.
#include "engine/input.hpp"

#include <algorithm>

namespace nurture::engine {
namespace {

bool is_behind(const Input& a, const Input& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }

}  // namespace

void InputQueue::push(Input input) {
  input.order = order_++;
  if (in_order_.empty() || in_order_.back().at <= input.at) {
    in_order_.push_back(input);
    return;
  }
  others_.push_back(input);
  std::push_heap(others_.begin(), others_.end(), is_behind);
}

bool InputQueue::is_other_first() const { return in_order_.empty() || (!others_.empty() && is_behind(in_order_.front(), others_.front())); }

Input InputQueue::pop() {
  if (!is_other_first()) {
    const Input input = in_order_.front();
    in_order_.pop_front();
    return input;
  }
  std::pop_heap(others_.begin(), others_.end(), is_behind);
  const Input input = others_.back();
  others_.pop_back();
  return input;
}

std::vector<Input> InputQueue::all() const {
  std::vector<Input> inputs(in_order_.begin(), in_order_.end());
  inputs.insert(inputs.end(), others_.begin(), others_.end());
  std::sort(inputs.begin(), inputs.end(), [](const Input& a, const Input& b) { return is_behind(b, a); });
  return inputs;
}

void InputQueue::tidy() {
  if (empty()) arena_.reset();
}

}  // namespace nurture::engine
