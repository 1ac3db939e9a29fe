// Texts with `{{ }}`. Entry point: check_text().
#include "check/texts.hpp"

#include "check/expressions.hpp"
#include "check/template.hpp"

namespace nurture::check {

void check_text(Context& context, const ast::Text& text, const Scope& scope) {
  const std::pair place(text.span.file, text.span.begin);
  if (context.unreadable_texts.contains(place)) return;
  const Template parts = split_template(text.value);
  if (parts.unclosed) {
    context.add(Finding(Code::bad_template, text.span, "a `{{` in this text is never closed").help("close it with `}}`"));
  }
  if (parts.empty) {
    context.add(Finding(Code::bad_template, text.span, "there is nothing between `{{` and `}}`")
                    .help("name what to insert, e.g. `{{ lead.first_name }}`"));
  }
  for (const auto& part : parts.parts) {
    if (!part.is_expression) continue;
    if (const auto expression = parse_part(text, part, context.diagnostics)) {
      check_printable(context, *expression, scope, "what `{{ }}` inserts");
    } else if (context.instance != nullptr) {
      context.unreadable_texts.insert(place);  // the other sequences of the family have the same text
    }
  }
}

}  // namespace nurture::check
