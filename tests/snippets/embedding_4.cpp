// The check of a scoring policy in docs/embedding.md.
#include <nurture/nurture.hpp>

struct Fit : nurture::ScoringPolicy {
  Change on_event(const View&) override { return {}; }
};

void host(nurture::Engine& engine, Fit& fit);

void host(nurture::Engine& engine, Fit& fit) {
#include "embedding_4.inc"
}
