// The score ledger of docs/embedding.md.
#include <nurture/nurture.hpp>

#include <cstdio>

void host(nurture::Engine& engine);

void host(nurture::Engine& engine) {
#include "embedding_5.inc"
}
