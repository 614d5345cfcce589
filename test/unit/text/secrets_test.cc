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
      {"postgresql:u:pw@h/db", "postgresql:u:***@h/db"},
      {"Postgres:/u:pw@h", "Postgres:/u:***@h"},
      {"postgres:x?password=pw", "postgres:x?password=***"},
      {"postgresql://h:5432/db?password=p@w", "postgresql://h:***@***"},
      {"postgresql://h:5432/db?a=b&password=p@w&c=d&sslpassword=e",
       "postgresql://h:***@***&c=d&sslpassword=***"},
      {"postgresql://h:5432/db?user=a@b&password=pw", "postgresql://h:***@b&password=***"},
      {"postgresql://u:p?w@h/db?password=pw", "postgresql://u:***@h/db?password=***"},
      {"postgresql://h/db?password=p?w", "postgresql://h/db?password=***"},
      {"postgresql://h/db?password=pw&a=b:c@d&e=f", "postgresql://h/db?password=***&a=b:***@d&e=f"},
      {"postgresql://h/db?password=p:w@x&a=b", "postgresql://h/db?password=***@***&a=b"},
      {"postgresql://h:1/db?password=p?a=b@w&e=f", "postgresql://h:***@***&e=f"},
      {"postgresql://h/db?password=p=w", "postgresql://h/db?password=***"},
      {"postgresql://h/db?a=b?password=pw&c=d", "postgresql://h/db?a=b?password=***&c=d"},
      {"", ""},
      {"://", "://"},
  }));
  CHECK(without_secrets(typed) == shown);
}

TEST_CASE("what is said of a URI that makes no sense has nothing of its password", "[secrets]") {
  const auto refuse = [](std::string_view text) -> Result<int> {
    if (text.find("/w@") == text.npos && text.find("nonsense") == text.npos) return 7;
    return wrong("'" + std::string(text) + "' is wrong");
  };
  const auto why = [&](std::string_view text) {
    return parse_without_secrets(text, without_secrets(text), refuse);
  };
  CHECK(why("tcp://h:1").value() == 7);
  CHECK(why("tcp://u:pw@h").value() == 7);
  CHECK(why("nonsense").error().message == "'nonsense' is wrong");
  CHECK(why("nonsense://u:pw@h").error().message == "'nonsense://u:***@h' is wrong");
  const std::string message = why("tcp://u:p/w@h").error().message;
  CHECK(message.find("p/w") == message.npos);
  CHECK(message.find("%2F for /") != message.npos);
}
