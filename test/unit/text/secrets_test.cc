#include "text/secrets.h"

#include <string>

#include "catch.h"

using namespace wordstream;

TEST_CASE("a password in a URI is not shown, however it is written", "[secrets]") {
  const auto [typed, shown] = GENERATE(table<std::string, std::string>({
      {"postgresql://h/db?table=t", "postgresql://h/db?table=t"},
      {"postgresql://u@h/db", "postgresql://u@h/db"},
      {"postgresql://u:pw@h:5432/db", "postgresql://u:***@h:5432/db"},
      {"postgresql://u:p@w@h/db", "postgresql://u:***@h/db"},
      {"postgresql://u:p/w?x&y=z@h/db", "postgresql://u:***@h/db"},
      {"postgresql://u:p:w@h/db", "postgresql://u:***@h/db"},
      {"postgresql://h:5432/db?user=u&password=pw&sslmode=require",
       "postgresql://h:5432/db?user=u&password=***&sslmode=require"},
      {"postgresql://h/db?PassWord=pw", "postgresql://h/db?PassWord=***"},
      {"postgresql://h/db?pass%77ord=pw&sslpassword=x",
       "postgresql://h/db?pass%77ord=***&sslpassword=***"},
      {"kafka://h/t?client_secret=x", "kafka://h/t?client_secret=***"},
      {"nonsense://u:pw@h", "nonsense://u:***@h"},
      {"sqlite:a:b@c", "sqlite:a:b@c"},
      {"", ""},
      {"://", "://"},
  }));
  CHECK(without_secrets(typed) == shown);
}
