// nurture graph: sequences as Mermaid or DOT. Labels are always quoted, names are only ever ids of our own making.
#include "cli/cli.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <set>

namespace nurture::cli {
namespace {

using compile::Id;
using compile::NodeOp;

struct Options {
  std::vector<std::string> paths;
  std::string format = "mermaid";
  std::string sequence;
};

/// What either notation is written from.
struct Picture {
  struct Vertex {
    std::string id, label;
    bool decision = false;
  };
  struct Edge {
    std::string from, to, label;
  };
  std::vector<Vertex> vertices;
  std::vector<Edge> edges;
};

std::string label_of(const compile::Program& program, const compile::Sequence& sequence, const compile::Node& node) {
  switch (node.op) {
    case NodeOp::send: {
      if (node.d != static_cast<Id>(compile::SendKind::next)) return "send " + program.messages[node.a].name;
      return program.pools[node.a].is_stream ? "send the next piece" : "send next of " + program.pools[node.a].name;
    }
    case NodeOp::wait: return "wait";
    case NodeOp::wait_until: return "wait until";
    case NodeOp::branch: return "if " + program.branches[node.d].condition;
    case NodeOp::split: return "split " + program.splits[node.a].name;
    case NodeOp::move: return "move to " + program.sequences[node.a].name;
    case NodeOp::enroll: return "enroll in " + program.sequences[node.a].name;
    case NodeOp::exit: return "exit " + sequence.exit_names[node.a];
    case NodeOp::accelerate: return "accelerate";
    case NodeOp::set: return "set lead." + program.lead[node.a].name;
    case NodeOp::tag: return "tag " + program.texts[node.a];
    case NodeOp::notify: return "notify " + program.texts[node.a];
    case NodeOp::task: return "task " + program.tasks[node.a].owner;
    case NodeOp::score: return program.awards[node.a].rule;
    case NodeOp::snooze: return "snooze";
    case NodeOp::call: return "do " + program.texts[node.a];
    case NodeOp::jump: return "-> " + sequence.steps[node.a].name;
    case NodeOp::end: break;
  }
  return "end";
}

class Drawer {
 public:
  Drawer(const compile::Program& program, const compile::Sequence& sequence) : program_(program), sequence_(sequence) {}

  [[nodiscard]] Picture draw() {
    if (!sequence_.is_triggers) picture_.vertices.push_back({"entry", "enroll", false});
    std::string before = "entry";
    for (std::size_t s = 0; s < sequence_.steps.size(); ++s) {
      const compile::Step& step = sequence_.steps[s];
      const std::string id = fmt::format("s{}", s);
      picture_.vertices.push_back({id, step.offset_text + ": " + step.name, false});
      picture_.edges.push_back({before, id, ""});
      body(step.body, id, "");
      before = id;
    }
    for (std::size_t h = 0; h < sequence_.handlers.size(); ++h) {
      const compile::Handler& handler = sequence_.handlers[h];
      const std::string id = fmt::format("h{}", h);
      picture_.vertices.push_back({id, "when " + handler.name, true});
      body(handler.body, id, "");
    }
    return std::move(picture_);
  }

 private:
  void body(Id node, const std::string& from, const std::string& label) {
    if (node == 0) return;
    const std::string id = fmt::format("n{}", node);
    picture_.edges.push_back({from, id, label});
    if (!drawn_.insert(node).second) return;
    const compile::Node& n = program_.nodes[node];
    const bool decides = n.op == NodeOp::branch || n.op == NodeOp::split || n.op == NodeOp::wait_until;
    picture_.vertices.push_back({id, label_of(program_, sequence_, n), decides});
    follow(n, id);
  }

  void follow(const compile::Node& n, const std::string& id) {
    if (n.op == NodeOp::branch) {
      const compile::Branch& branch = program_.branches[n.d];
      body(n.b, id, branch.then_label.empty() ? "yes" : branch.then_label);
      body(n.c, id, branch.else_label.empty() ? "no" : branch.else_label);
    } else if (n.op == NodeOp::split) {
      for (const compile::Arm& arm : program_.splits[n.a].arms) body(arm.body, id, fmt::format("{} {} %", arm.name, arm.share));
    } else if (n.op == NodeOp::wait_until) {
      const compile::WaitUntil& wait = program_.waits[n.a];
      for (const compile::WaitCase& one : wait.cases) {
        if (!wait.resets) body(one.body, id, one.label.empty() ? "matched" : one.label);
      }
      if (wait.resets || (wait.has_timeout && wait.then != n.next)) {
        body(wait.then, id, wait.timeout_label.empty() ? "timeout" : wait.timeout_label);
      }
    } else if (n.op == NodeOp::send && n.d == static_cast<Id>(compile::SendKind::next)) {
      if (program_.pools[n.a].exhausted != 0) body(program_.pools[n.a].exhausted, id, "exhausted");
      body(n.next, id, "");
    } else if (n.op == NodeOp::move) {
      body(n.d, id, n.d == n.next ? "" : "refused");
    } else if (n.op == NodeOp::jump) {
      picture_.edges.push_back({id, fmt::format("s{}", n.a), ""});
    } else if (n.op != NodeOp::exit) {
      body(n.next, id, "");
    }
  }

  const compile::Program& program_;
  const compile::Sequence& sequence_;
  Picture picture_;
  std::set<Id> drawn_;
};

std::string quoted(std::string_view text, bool mermaid) {
  std::string out;
  for (const char c : text) {
    if (c == '"')
      out += mermaid ? "#quot;" : "\\\"";
    else if (c == '\\' && !mermaid)
      out += "\\\\";
    else if (c == '\n')
      out += ' ';
    else
      out += c;
  }
  return out;
}

std::string as_mermaid(const compile::Sequence& sequence, const Picture& picture) {
  std::string out =
      fmt::format("---\ntitle: \"{}\"\n---\nflowchart TD\n", quoted(sequence.title.empty() ? sequence.name : sequence.title, true));
  for (const Picture::Vertex& v : picture.vertices) {
    out += v.decision ? fmt::format("  {}{{\"{}\"}}\n", v.id, quoted(v.label, true))
                      : fmt::format("  {}[\"{}\"]\n", v.id, quoted(v.label, true));
  }
  for (const Picture::Edge& e : picture.edges) {
    out += e.label.empty() ? fmt::format("  {} --> {}\n", e.from, e.to)
                           : fmt::format("  {} -->|\"{}\"| {}\n", e.from, quoted(e.label, true), e.to);
  }
  return out;
}

std::string as_dot(const compile::Sequence& sequence, const Picture& picture) {
  std::string out = fmt::format("digraph \"{}\" {{\n  node [shape=box];\n", quoted(sequence.name, false));
  for (const Picture::Vertex& v : picture.vertices) {
    out += fmt::format("  {} [label=\"{}\"{}];\n", v.id, quoted(v.label, false), v.decision ? ", shape=diamond" : "");
  }
  for (const Picture::Edge& e : picture.edges) out += fmt::format("  {} -> {} [label=\"{}\"];\n", e.from, e.to, quoted(e.label, false));
  return out + "}\n";
}

int run(const Options& options) {
  const auto checked = load_and_check(options.paths);
  if (!checked) return kCannotRun;
  if (checked->diagnostics.has_errors()) {
    show(checked->diagnostics, "human");
    return kFindings;
  }
  const auto program = compile::compile(checked->model);
  bool any = false;
  for (const compile::Sequence& sequence : program->sequences) {
    if (!options.sequence.empty() && sequence.name != options.sequence) continue;
    any = true;
    const Picture picture = Drawer(*program, sequence).draw();
    std::fputs((options.format == "dot" ? as_dot(sequence, picture) : as_mermaid(sequence, picture)).c_str(), stdout);
  }
  if (any) return kFine;
  return cannot_run(options.sequence.empty() ? "the files hold no sequence" : "there is no sequence `" + options.sequence + "`");
}

}  // namespace

void add_graph(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("graph", "Sequences as pictures in text");
  verb->add_option("paths", options->paths)->required();
  verb->add_option("--format", options->format, "mermaid or dot")->check(CLI::IsMember({"mermaid", "dot"}));
  verb->add_option("--sequence", options->sequence, "Only this one");
  verb->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace nurture::cli
