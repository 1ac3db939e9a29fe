// The rules of the house that a machine can check, one function each.
//
// A rule looks at the whole project and answers what breaks it; it knows nothing of the disk, so tests plant files.
#pragma once

#include "tidy/project.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tidy {

struct Finding {
  std::string path;
  std::size_t line = 0;  ///< 0: the file as a whole.
  std::string message;
};
using Findings = std::vector<Finding>;

// Which file may know what (rules_includes.cpp).
[[nodiscard]] Findings stages_include_to_the_left(const Project& project);
[[nodiscard]] Findings third_parties_stay_in_their_place(const Project& project);
[[nodiscard]] Findings public_headers_include_std_only(const Project& project);

// What code may do (rules_code.cpp).
[[nodiscard]] Findings core_is_deterministic(const Project& project);
[[nodiscard]] Findings library_is_silent(const Project& project);
[[nodiscard]] Findings functions_fit_on_a_screen(const Project& project);
[[nodiscard]] Findings files_are_short(const Project& project);

// How texts look (rules_text.cpp).
[[nodiscard]] Findings lines_are_clean(const Project& project);
[[nodiscard]] Findings sources_are_ascii(const Project& project);
[[nodiscard]] Findings files_say_what_they_are(const Project& project);
[[nodiscard]] Findings nothing_is_left_to_do(const Project& project);
[[nodiscard]] Findings no_paths_of_a_machine(const Project& project);
[[nodiscard]] Findings golden_folders_say_how_to_update(const Project& project);
[[nodiscard]] Findings test_titles_survive_ctest(const Project& project);
[[nodiscard]] Findings links_resolve(const Project& project);

}  // namespace tidy
