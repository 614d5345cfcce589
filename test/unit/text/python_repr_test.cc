#include "text/python_repr.h"

#include "catch.h"

using namespace wordstream;

TEST_CASE("text is shown as Python's repr() shows it", "[python_repr]") {
  struct Row {
    std::string_view text, shown;
  };
  using namespace std::string_view_literals;
  for (const Row& row :
       {Row{"", "''"},
        {"hello", "'hello'"},
        {"a b~", "'a b~'"},
        // Quotes: double ones only around a single one and no double one.
        {"it's", R"("it's")"},
        {"\"", R"('"')"},
        {"'\"", R"('\'"')"},
        {"''", R"("''")"},
        {"\\", R"('\\')"},
        {"\\'", R"("\\'")"},
        // Controls.
        {"\t\n\r", R"('\t\n\r')"},
        {"\0\x1f\x7f"sv, R"('\x00\x1f\x7f')"},
        {"\v\f\b\x1b", R"('\x0b\x0c\x08\x1b')"},
        {"\u0080\u009f", R"('\x80\x9f')"},
        // Spaces other than the space, and separators.
        {"\u00a0\u2003\u3000", R"('\xa0\u2003\u3000')"},
        {"\u2028\u2029", R"('\u2028\u2029')"},
        // Formats, private use, unassigned.
        {"\u00ad\u200b\u202e\ufeff", R"('\xad\u200b\u202e\ufeff')"},
        {"\ue000\U000f0000\U0010ffff", R"('\ue000\U000f0000\U0010ffff')"},
        {"\u0378\uffff\U000e0001", R"('\u0378\uffff\U000e0001')"},
        // All others as they are.
        {"\u00e9\u00df\u20ac\u8a9e\U0001F600", "'\u00e9\u00df\u20ac\u8a9e\U0001F600'"},
        {"e\u0301\u0664\uFFFD", "'e\u0301\u0664\uFFFD'"}}) {
    CAPTURE(row.text);
    std::string out = "> ";
    append_python_repr(out, row.text);
    CHECK(out == "> " + std::string(row.shown));
  }
}
