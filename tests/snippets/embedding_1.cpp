// The program at the top of docs/embedding.md, beside the host's function that it calls.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

void hand_to_mail_service(std::string_view lead, std::string_view name, const std::string& subject,
                          const std::vector<std::pair<std::string, std::string>>& fields, const std::string& key);

#include "embedding_1.inc"
