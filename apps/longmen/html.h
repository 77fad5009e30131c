#pragma once

#include <string>

namespace longmen::app {

/// A text as it stands in a page: nothing in it is markup.
inline std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

/// The style of pages that stand alone and that a browser prints.
inline constexpr const char* kPageStyle =
    "<style>body{font:16px sans-serif;max-width:50em;margin:2em auto;padding:0 1em;color:#111}"
    "table{border-collapse:collapse;width:100%;margin:1em 0}"
    "th,td{border:1px solid #767676;padding:.4em .6em;text-align:left;vertical-align:top}"
    "</style>";

}  // namespace longmen::app
