// See input.hpp. Inputs mostly come in order, so a new one is carried back from the end to its place.
#include "engine/input.hpp"

#include <algorithm>

namespace nurture::engine {

void InputQueue::push(Input input) {
  input.order = order_++;
  auto place = queue_.end();
  while (place != queue_.begin() && std::prev(place)->at > input.at) --place;
  queue_.insert(place, input);
}

Input InputQueue::pop() {
  const Input input = queue_.front();
  queue_.pop_front();
  return input;
}

void InputQueue::tidy() {
  if (queue_.empty()) arena_.reset();
}

}  // namespace nurture::engine
