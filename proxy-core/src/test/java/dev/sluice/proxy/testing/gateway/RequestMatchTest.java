package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.testing.TestClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestMatchTest {
    private final FakeGateway gateway = FakeGateway.withoutSocket();
    private final TestClient client = TestClient.of(gateway.handler());

    private ReceivedRequest received(String line, Headers headers, String body) throws Exception {
        gateway.allowUnmatched();
        String[] words = line.split(" ");
        client.send(words[0], words[1], headers, body.getBytes(StandardCharsets.UTF_8));
        return gateway.next();
    }

    private ReceivedRequest received(String line) throws Exception {
        return received(line, Headers.empty(), "");
    }

    private ReceivedRequest withBody(String body) throws Exception {
        return received("POST /", Headers.empty(), body);
    }

    @ParameterizedTest
    @CsvSource({
        "GET /users,            GET /users,              true",
        "/users,                DELETE /users,           true",
        "GET /users,            HEAD /users,             false",
        "GET /users,            GET /users/,             false",
        "GET /users,            GET /Users,              false",
        "GET /users,            GET /users?page=2,       true",
        "GET /users,            GET http://a.test/users, true",
        "GET /,                 GET http://a.test,       true",
        "GET /?a=1,             GET http://a.test?a=1,   true",
        "GET /users/{id},       GET /users/7,            true",
        "GET /users/{id},       GET /users/,             false",
        "GET /users/{id},       GET /users/7/name,       false",
        "GET /users/{id}/name,  GET /users/7/name,       true",
        "GET /a b,              GET /a,                  refused",
        "GET /a%20b,            GET /a%20b,              true",
        "GET /a%2Fb,            GET /a/b,                false",
        "GET /a%2Fb,            GET /a%2fb,              true",
        "GET /ä,                GET /%C3%A4,             true",
        "GET /a+b,              GET /a+b,                true",
        "GET /a+b,              GET /a%20b,              false",
        "GET /**,               GET /,                   true",
        "GET /a/**,             GET /a,                  true",
        "GET /a/**,             GET /a/,                 true",
        "GET /a/**,             GET /a/b/c,              true",
        "GET /a/**,             GET /ab,                 false",
        "GET /a/{b}/**,         GET /a,                  false",
        "/**,                   OPTIONS *,               false",
        "GET /?page=2,          GET /?page=2,            true",
        "GET /?page=2,          GET /?debug&page=2,      true",
        "GET /?page=2,          GET /?page=1&page=2,     true",
        "GET /?page=2,          GET /?page=22,           false",
        "GET /?page=2,          GET /,                   false",
        "GET /?b=2&a=1,         GET /?a=1&b=2,           true",
        "GET /?a=1&a=2,         GET /?a=2&a=1,           true",
        "GET /?a=1&a=2,         GET /?a=2,               false",
        "GET /?debug,           GET /?debug,             true",
        "GET /?debug,           GET /?debug=yes,         true",
        "GET /?debug=,          GET /?debug,             true",
        "GET /?debug=,          GET /?debug=yes,         false",
        "GET /?q=a+b,           GET /?q=a%20b,           true",
        "GET /?q=a%20b,         GET /?q=a+b,             true",
        "GET /?q=a%2Bb,         GET /?q=a%2bb,           true",
        "GET /?q=a%2Bb,         GET /?q=a+b,             false",
        "GET /?q=a=b,           GET /?q=a=b,             true",
        "GET /?%71=1,           GET /?q=1,               true"
    })
    void aLineMatchesMethodPathAndQuery(String line, String request, String expected) throws Exception {
        if (expected.equals("refused")) {
            assertThatThrownBy(() -> RequestMatch.of(line)).isInstanceOf(IllegalArgumentException.class);
        } else {
            assertThat(RequestMatch.of(line).matches(received(request))).isEqualTo(Boolean.valueOf(expected));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''            | path must begin with a slash: \"\"",
                "GET           | path must begin with a slash: \"GET\"",
                "'GET '        | path must begin with a slash: \"\"",
                "users         | path must begin with a slash: \"users\"",
                "' /users'     | a match is a method in upper case and a path, such as GET /users: \" /users\"",
                "'GET  /users' | a match is a method in upper case and a path, such as GET /users: \"GET  /users\"",
                "get /users    | a match is a method in upper case and a path, such as GET /users: \"get /users\"",
                "G(T /users    | a match is a method in upper case and a path, such as GET /users: \"G(T /users\"",
                "GET http://a/ | path must begin with a slash: \"http://a/\"",
                "GET /a#b      | a request has no fragment (#): \"GET /a#b\"",
                "GET /a?       | a parameter of the query has no name: \"GET /a?\"",
                "GET /a?b=1&   | a parameter of the query has no name: \"GET /a?b=1&\"",
                "GET /a?=1     | a parameter of the query has no name: \"GET /a?=1\"",
                "GET /**/a     | path may have * only as /** at its end: \"/**/a\"",
                "GET /a*       | path may have * only as /** at its end: \"/a*\"",
                "GET /a{b}     | path must have a variable as a whole segment, as {name}: \"/a{b}\"",
                "GET /{}       | path must have a variable as a whole segment, as {name}: \"/{}\"",
                "GET /{a       | path must have a variable as a whole segment, as {name}: \"/{a\"",
                "GET /{a}/{a}  | path has the variable {a} twice: \"/{a}/{a}\""
            })
    void aBadLineIsNamed(String line, String message) {
        assertThatThrownBy(() -> RequestMatch.of(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void theVariablesOfAPathHaveNoEscapes() throws Exception {
        RequestMatch match = RequestMatch.of("/users/{id}/{name}");
        assertThat(match.variables(received("GET /users/7/a%2Fb+c"))).isEqualTo(Map.of("id", "7", "name", "a/b+c"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a       | a",
                "b       | a, b",
                "b       | a,b",
                "'a, b'  | a, b",
                "'a, b'  | a;b|c",
            })
    void aFieldMatchesALineOrAMember(String expected, String lines) throws Exception {
        Headers headers = Headers.of("X-Some", lines);
        boolean holds = !lines.equals("a;b|c") && !lines.startsWith("a;b");
        ReceivedRequest request = received("GET /", headers, "");
        assertThat(RequestMatch.any().header("x-some", expected).matches(request))
                .isEqualTo(holds);
    }

    @Test
    void aFieldMatchesAmongSeveralOfItsName() throws Exception {
        ReceivedRequest request = received("GET /", Headers.of("Accept", "text/html", "accept", "text/plain"), "");
        assertThat(RequestMatch.any().header("ACCEPT", "text/plain").matches(request))
                .isTrue();
        assertThat(RequestMatch.any().header("Accept", "text/html, text/plain").matches(request))
                .isTrue();
        assertThat(RequestMatch.any().header("Accept", "text").matches(request)).isFalse();
        assertThat(RequestMatch.any().header("Accept").matches(request)).isTrue();
        assertThat(RequestMatch.any().header("Cookie").matches(request)).isFalse();
        assertThat(RequestMatch.any().withoutHeader("Cookie").matches(request)).isTrue();
        assertThat(RequestMatch.any().withoutHeader("accept").matches(request)).isFalse();
    }

    @Test
    void aParameterMayBeGivenByItself() throws Exception {
        ReceivedRequest request = received("GET /?q=a+b&q=c");
        assertThat(RequestMatch.any().query("q", "a b").matches(request)).isTrue();
        assertThat(RequestMatch.any().query("q", "c").matches(request)).isTrue();
        assertThat(RequestMatch.any().query("q", "a+b").matches(request)).isFalse();
        assertThat(RequestMatch.any().withoutQuery("r").matches(request)).isTrue();
        assertThat(RequestMatch.any().withoutQuery("q").matches(request)).isFalse();
    }

    @Test
    void aBodyIsTextOrBytes() throws Exception {
        ReceivedRequest request = withBody("grün");
        assertThat(RequestMatch.any().body("grün").matches(request)).isTrue();
        assertThat(RequestMatch.any().body("gr").matches(request)).isFalse();
        byte[] bytes = "grün".getBytes(StandardCharsets.UTF_8);
        RequestMatch match = RequestMatch.any().body(bytes);
        bytes[0] = 0;
        assertThat(match.matches(request)).isTrue();
        assertThat(RequestMatch.any().body(bytes).matches(request)).isFalse();
        assertThat(RequestMatch.any().body("").matches(received("GET /"))).isTrue();
    }

    @Test
    void aBodyIsComparedAsJsonByAFunction() throws Exception {
        RequestMatch match = RequestMatch.any().json(RequestMatchTest::numbers, "1, 2");
        assertThat(match.matches(withBody(" 1,2 "))).isTrue();
        assertThat(match.matches(withBody("2,1"))).isFalse();
        assertThat(match.matches(withBody("no numbers"))).isFalse();
        assertThatThrownBy(() -> RequestMatch.any().json(RequestMatchTest::numbers, "one"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the parser cannot read the expected \"one\"")
                .hasCauseInstanceOf(NumberFormatException.class);
    }

    @Test
    void aBodyIsJson() throws Exception {
        RequestMatch match = RequestMatch.any().json("{\"a\": 1, \"b\": [true, null]}");
        assertThat(match.matches(withBody("{\"b\":[true,null],\"a\":1.0}"))).isTrue();
        assertThat(match.matches(withBody("{\"b\":[null,true],\"a\":1}"))).isFalse();
        assertThat(match.matches(withBody("no JSON"))).isFalse();
        assertThat(match.differences(withBody("{\"b\": [true], \"a\": \"1\"}")))
                .containsExactly("JSON: a: expected 1, but was \"1\"; b: expected 2 elements, but there were 1");
        assertThat(match.differences(withBody("{\"a\":")))
                .containsExactly("JSON: no JSON: the text ends at character 6: \"{\\\"a\\\":\"");
        assertThat(RequestMatch.any().json("[1, 2, 3, 4, 5, 6, 7]").differences(withBody("[0, 0, 0, 0, 0, 0, 0]")))
                .containsExactly(
                        "JSON: [0]: expected 1, but was 0; [1]: expected 2, but was 0; [2]: expected 3, but was 0;"
                                + " [3]: expected 4, but was 0; [4]: expected 5, but was 0; and 2 more");
        assertThatThrownBy(() -> RequestMatch.any().json("{"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no JSON: the text ends at character 2");
    }

    @Test
    void aMethodThatStandsForAnyIsRefused() {
        for (String line : new String[] {"ANY /users", "* /users"}) {
            assertThatThrownBy(() -> RequestMatch.of(line))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("without a method it is any, such as /users: \"" + line + "\"");
        }
        assertThatThrownBy(() -> gateway.on((String) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("line");
    }

    /** Stands for a parser of JSON. */
    private static Object numbers(String text) {
        return List.of(text.split(",")).stream()
                .map(each -> Integer.valueOf(each.trim()))
                .toList();
    }

    @Test
    void aBodyIsAForm() throws Exception {
        ReceivedRequest request = withBody("name=Anna+B%2E&tag=a&tag=b");
        assertThat(RequestMatch.any().form("name", "Anna B.").matches(request)).isTrue();
        assertThat(RequestMatch.any().form("tag", "b").matches(request)).isTrue();
        assertThat(RequestMatch.any().form("tag", "c").matches(request)).isFalse();
    }

    @Test
    void aCookieStandsAmongOthers() throws Exception {
        Headers fields = Headers.of("Cookie", "id=7; tag=a=b", "Cookie", "other=1;empty=");
        ReceivedRequest request = received("GET /", fields, "");
        assertThat(RequestMatch.any().cookie("id", "7").matches(request)).isTrue();
        assertThat(RequestMatch.any().cookie("tag", "a=b").matches(request)).isTrue();
        assertThat(RequestMatch.any().cookie("other", "1").matches(request)).isTrue();
        assertThat(RequestMatch.any().cookie("empty", "").matches(request)).isTrue();
        assertThat(RequestMatch.any().cookie("id", "70").matches(request)).isFalse();
        assertThat(RequestMatch.any().cookie("d", "7").matches(request)).isFalse();
        assertThat(RequestMatch.any().cookie("ID", "7").matches(request)).isFalse();
        assertThatThrownBy(() -> RequestMatch.any().cookie("id", "7; tag=a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the value of a cookie must have no semicolon: \"7; tag=a\"");
        assertThatThrownBy(() -> RequestMatch.any().cookie("id=7", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("id=7");
    }

    @Test
    void aConditionOfYourOwnThatThrowsDoesNotHold() throws Exception {
        ReceivedRequest request = withBody("long");
        assertThat(RequestMatch.any()
                        .when("a long body", it -> it.body().length > 3)
                        .matches(request))
                .isTrue();
        assertThat(RequestMatch.any()
                        .when(
                                "a tenant",
                                it -> it.header("X-Tenant").orElseThrow().equals("7"))
                        .matches(request))
                .isFalse();
    }

    @Test
    void aConnectionHasANumber() throws Exception {
        ReceivedRequest request = received("GET /");
        assertThat(RequestMatch.any().connection(1).matches(request)).isTrue();
        assertThat(RequestMatch.any().connection(2).matches(request)).isFalse();
        assertThatThrownBy(() -> RequestMatch.any().connection(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("connection must be positive: 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "ä"})
    void aBadNameOfAFieldIsRefused(String name) {
        assertThatThrownBy(() -> RequestMatch.any().header(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RequestMatch.any().header(name, "a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RequestMatch.any().withoutHeader(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void eachDifferenceIsTold() throws Exception {
        ReceivedRequest request = received("POST /a?q=1", Headers.of("X-A", "1", "X-A", "2"), "long");
        RequestMatch match = RequestMatch.of("GET /b?q=2&r&s=")
                .query("t", "3")
                .withoutQuery("q")
                .header("X-A", "3")
                .header("X-B")
                .withoutHeader("X-A")
                .body("short")
                .body("long!".getBytes(StandardCharsets.UTF_8))
                .json(RequestMatchTest::numbers, "1,2")
                .form("name", "Anna")
                .cookie("id", "7")
                .connection(2)
                .when("a body of 9 bytes", it -> it.body().length == 9)
                .when("a tenant", it -> it.header("X-Tenant").orElseThrow().equals("7"));
        assertThat(match.differences(request))
                .containsExactly(
                        "method: expected GET, but was POST",
                        "path: expected /b, but was /a",
                        "parameter q: expected \"2\", but was \"1\"",
                        "parameter r: expected any value, but was absent",
                        "parameter s: expected \"\", but was absent",
                        "parameter t: expected \"3\", but was absent",
                        "parameter q: expected none, but was \"1\"",
                        "field X-A: expected \"3\", but was \"1\" and \"2\"",
                        "field X-B: expected any value, but was absent",
                        "field X-A: expected none, but was \"1\" and \"2\"",
                        "body: expected \"short\", but was \"long\"",
                        "body: expected 5 bytes, but was 4, which differ from number 5 on: expected 0x21, but was the end",
                        "JSON: expected \"[1, 2]\", but the parser cannot read \"long\":"
                                + " java.lang.NumberFormatException: For input string: \"long\"",
                        "form field name: expected \"Anna\", but was absent",
                        "cookie id: expected \"7\", but was absent",
                        "connection: expected 2, but was 1",
                        "condition: expected a body of 9 bytes",
                        "condition: threw java.util.NoSuchElementException: No value present");
        assertThat(match)
                .hasToString(
                        "GET /b?q=2&r&s=, query t=3, without query q, X-A: 3, with X-B, without X-A, body \"short\","
                                + " body of 5 bytes, JSON \"1,2\", form field name=Anna, cookie id=7, connection 2, a body of 9 bytes, a tenant");
    }

    @Test
    void ofLongTextsOnlyThePlaceIsShownWhereTheyDiffer() throws Exception {
        String text = "0123456789".repeat(20);
        RequestMatch match = RequestMatch.any().body(text);
        assertThat(match.differences(withBody(text.substring(0, 100) + "x" + text.substring(101))))
                .containsExactly("body: expected 200 characters, but was 200, which differ from number 101 on: expected"
                        + " …\"012345678901234567890123456789012345678901234567890123456789\"…, but was"
                        + " …\"01234567890123456789x123456789012345678901234567890123456789\"…");
        assertThat(match.differences(withBody(text + "\n")))
                .containsExactly("body: expected 200 characters, but was 201, which differ from number 201 on: expected"
                        + " …\"01234567890123456789\" and its end, but was …\"01234567890123456789\\n\"");
        assertThat(match.differences(withBody("x")))
                .containsExactly("body: expected 200 characters, but was 1, which differ from number 1 on: expected"
                        + " \"0123456789012345678901234567890123456789\"…, but was \"x\"");
        assertThat(match).hasToString("any request, body \"" + text.substring(0, 60) + "\" and 140 characters more");
    }

    @Test
    void jsonThatOnlyLooksTheSameIsTold() throws Exception {
        RequestMatch match = RequestMatch.any().json(text -> text.length() > 1 ? (Object) 1 : (Object) 1L, "1");
        assertThat(match.differences(withBody("1 ")))
                .containsExactly("JSON: expected \"1\", but was \"1\", of other classes");
    }

    @ParameterizedTest
    @CsvSource({
        "GET /users/{id}, GET /users/7,  0",
        "GET /users/{id}, POST /users/7, 1",
        "GET /users/{id}, GET /user/7,   5",
        "GET /users/{id}, GET /user,     7",
        "GET /users/{id}, GET /a/b/c,    7",
        "GET /a/**,       GET /b/c/d,    5",
        "GET /a/b/**,     GET /a,        3",
        "GET /users/,     GET /users,    3",
        "GET /a,          OPTIONS *,     4"
    })
    void anotherPathIsFarther(String line, String request, int distance) throws Exception {
        assertThat(RequestMatch.of(line).distance(received(request))).isEqualTo(distance);
    }
}
