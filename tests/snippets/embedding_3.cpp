// The scoring policy of docs/embedding.md.
#include <nurture/nurture.hpp>

void host(nurture::Engine& engine);

void host(nurture::Engine& engine) {
#include "embedding_3.inc"
}
