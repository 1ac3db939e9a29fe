// The loop of a host in docs/embedding.md.
#include <nurture/nurture.hpp>

#include <vector>

std::vector<nurture::Event> take_new_events(nurture::Instant until);
void host(nurture::Engine& engine, const bool& running);

void host(nurture::Engine& engine, const bool& running) {
#include "embedding_2.inc"
}
