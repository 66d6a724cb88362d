package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.syntax.QueryNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are meant: those of a stub, or those that a test verifies. Immutable.
 *
 * <pre>{@code
 * RequestMatch match = RequestMatch.of("POST /users/{id}?notify=true").header("X-Tenant", "7").body("Anna");
 * }</pre>
 */
public final class RequestMatch {
    /** The most that a message tells of one body. */
    private static final int MOST_DIFFERENCES = 5;

    private final String text;
    private final @Nullable PathTemplate path;
    private final List<Condition> conditions;
    private final boolean readsBody;

    private RequestMatch(String text, @Nullable PathTemplate path, List<Condition> conditions, boolean readsBody) {
        this.text = text;
        this.path = path;
        this.conditions = conditions;
        this.readsBody = readsBody;
    }

    /**
     * Requests with this method and path.
     *
     * @param line {@code GET /users/7}, or {@code /users/7} for every method. A segment of the path may be a variable,
     *     {@code /users/{id}}, and {@code /**} at the end is everything below. Behind a question mark stand
     *     parameters that the query must have, in any order and perhaps among others: {@code ?page=2&debug} is {@code
     *     page} with this value and {@code debug} with any. Path and query are compared without their escapes
     * @throws IllegalArgumentException if the line has another form; the message names it
     */
    public static RequestMatch of(String line) {
        Objects.requireNonNull(line, "line");
        int space = line.indexOf(' ');
        String method = space < 0 ? "" : line.substring(0, space);
        String target = line.substring(space + 1);
        if ((space >= 0 && !isMethod(method)) || target.indexOf(' ') >= 0) {
            throw new IllegalArgumentException(
                    "a match is a method in upper case and a path, such as GET /users: \"" + line + "\"");
        }
        if (method.equals("ANY") || method.equals("*")) {
            throw new IllegalArgumentException("without a method it is any, such as /users: \"" + line + "\"");
        }
        if (target.indexOf('#') >= 0) {
            throw new IllegalArgumentException("a request has no fragment (#): \"" + line + "\"");
        }
        int question = target.indexOf('?');
        PathTemplate path = PathTemplate.parse(question < 0 ? target : target.substring(0, question));
        List<Condition> conditions = new ArrayList<>(4);
        if (!method.isEmpty()) {
            conditions.add(new Condition(
                    "method",
                    request -> request.method().equals(method),
                    request -> Difference.of(method, request.method())));
        }
        conditions.add(new Condition(
                "path",
                request -> path.match(request.path()) != null,
                request -> Difference.of(path.toString(), request.path())));
        if (question >= 0) {
            addParameters(line, target.substring(question + 1), conditions);
        }
        return new RequestMatch(line, path, List.copyOf(conditions), false);
    }

    private static boolean isMethod(String text) {
        return Headers.isToken(text) && text.equals(text.toUpperCase(Locale.ROOT));
    }

    private static void addParameters(String line, String query, List<Condition> conditions) {
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a parameter of the query has no name: \"" + line + "\"");
            }
            String value = equals < 0 ? null : QueryNames.decode(parameter.substring(equals + 1));
            conditions.add(parameter(QueryNames.decode(name), value));
        }
    }

    /** Every request; like all others, this does not match what is {@linkplain ReceivedRequest#malformed() malformed}. */
    public static RequestMatch any() {
        return new RequestMatch("any request", null, List.of(), false);
    }

    /** Those of them whose query has this parameter with this value, without escapes; perhaps with others as well. */
    public RequestMatch query(String name, String value) {
        return with("query " + name + "=" + value, parameter(name, Objects.requireNonNull(value, "value")));
    }

    /** Those of them whose query does not have this parameter. */
    public RequestMatch withoutQuery(String name) {
        Objects.requireNonNull(name, "name");
        return with(
                "without query " + name,
                new Condition(
                        "parameter " + name,
                        request -> request.parameters(name).isEmpty(),
                        request -> Difference.of("none", values(request.parameters(name)))));
    }

    /**
     * Those of them that have this field, with any value.
     *
     * @throws IllegalArgumentException if the name is not allowed for a field
     */
    public RequestMatch header(String name) {
        return with("with " + name, field(name, request -> request.headers().has(name), "any value"));
    }

    /**
     * Those of them that have this field with this value: as a line, as a member of a list, or as all lines together,
     * with commas in between.
     *
     * @throws IllegalArgumentException if name or value are not allowed in a field
     */
    public RequestMatch header(String name, String value) {
        Headers.of(name, value);
        return with(
                name + ": " + value,
                field(name, request -> hasField(request.headers(), name, value), Quoted.of(value)));
    }

    /**
     * Those of them that do not have this field.
     *
     * @throws IllegalArgumentException if the name is not allowed for a field
     */
    public RequestMatch withoutHeader(String name) {
        return with("without " + name, field(name, request -> !request.headers().has(name), "none"));
    }

    /**
     * Those of them that have this cookie with this value, as it is sent; perhaps with others.
     *
     * @throws IllegalArgumentException if name or value cannot be those of a cookie
     */
    public RequestMatch cookie(String name, String value) {
        Headers.of(name, value);
        if (value.indexOf(';') >= 0) {
            throw new IllegalArgumentException("the value of a cookie must have no semicolon: " + Quoted.of(value));
        }
        return with(
                "cookie " + name + "=" + value,
                new Condition(
                        "cookie " + name,
                        request -> cookies(request, name).contains(value),
                        request -> Difference.of(Quoted.of(value), values(cookies(request, name)))));
    }

    /** Those of them whose body is this text, in UTF-8. */
    public RequestMatch body(String expected) {
        Objects.requireNonNull(expected, "body");
        return withBody(
                "body " + Quoted.brief(expected),
                new Condition(
                        "body",
                        request -> request.text().equals(expected),
                        request -> Difference.ofTexts(expected, request.text())));
    }

    /** Those of them whose body is these bytes. */
    public RequestMatch body(byte[] expected) {
        byte[] wanted = expected.clone();
        return withBody(
                "body of " + wanted.length + " bytes",
                new Condition(
                        "body",
                        request -> Arrays.equals(request.body(), wanted),
                        request -> Difference.ofBytes(wanted, request.body())));
    }

    /**
     * Those of them whose body is this JSON (RFC 8259): the same members in any order, the same elements in this one, and
     * numbers of the same value.
     *
     * @throws IllegalArgumentException if {@code expected} is no JSON; the message says where
     */
    public RequestMatch json(String expected) {
        Object wanted = JsonReader.parse(expected);
        return json(JsonReader::parse, expected, wanted, request -> jsonDifference(wanted, request.text()));
    }

    private RequestMatch json(Parser parser, String expected, Object wanted, Condition.Found difference) {
        return withBody(
                "JSON " + Quoted.brief(expected),
                new Condition("JSON", request -> Objects.equals(parser.parse(request.text()), wanted), difference));
    }

    private static String jsonDifference(Object wanted, String text) {
        Object actual;
        try {
            actual = JsonReader.parse(text);
        } catch (IllegalArgumentException unreadable) {
            return unreadable.getMessage() + ": " + Quoted.brief(text);
        }
        List<String> all = JsonDifference.of(wanted, actual);
        int others = all.size() - MOST_DIFFERENCES;
        return String.join("; ", all.subList(0, Math.min(all.size(), MOST_DIFFERENCES)))
                + (others > 0 ? "; and " + others + " more" : "");
    }

    /**
     * Those of them whose body your function makes equal to {@code expected}, such as a JSON text by the parser that you use:
     * {@code json(mapper::readTree, "{\"name\": \"Anna\"}")}. Other formats can be compared by it too. What the function makes
     * must have {@code equals}, and is shown by its {@code toString}.
     *
     * @throws IllegalArgumentException if the function cannot read {@code expected}
     */
    public RequestMatch json(Parser parser, String expected) {
        Object wanted;
        try {
            wanted = parser.parse(expected);
        } catch (Exception unreadable) {
            throw new IllegalArgumentException(
                    "the parser cannot read the expected " + Quoted.of(expected), unreadable);
        }
        return json(parser, expected, wanted, request -> jsonDifference(parser, wanted, request.text()));
    }

    private static String jsonDifference(Parser parser, Object wanted, String text) {
        String expected = String.valueOf(wanted);
        try {
            String actual = String.valueOf(parser.parse(text));
            return Difference.ofTexts(expected, actual) + (actual.equals(expected) ? ", of other classes" : "");
        } catch (Exception unreadable) {
            return "expected " + Quoted.brief(expected) + ", but the parser cannot read " + Quoted.brief(text) + ": "
                    + unreadable;
        }
    }

    /** Those of them whose body is a form that has this field with this value, without escapes; perhaps with others. */
    public RequestMatch form(String name, String value) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        return withBody(
                "form field " + name + "=" + value,
                new Condition(
                        "form field " + name,
                        request -> formField(request, name).contains(value),
                        request -> Difference.of(Quoted.of(value), values(formField(request, name)))));
    }

    /**
     * Those of them that came on this connection.
     *
     * @param number of the connection, from 1
     * @throws IllegalArgumentException if the number is not positive
     */
    public RequestMatch connection(int number) {
        Require.positive("connection", number);
        return with(
                "connection " + number,
                new Condition(
                        "connection",
                        request -> request.connection() == number,
                        request -> Difference.of(Integer.toString(number), Integer.toString(request.connection()))));
    }

    /**
     * Those of them for which {@code test} holds. One that throws does not hold.
     *
     * @param what describes them in messages, such as {@code a body of more than 1 MB}
     */
    public RequestMatch when(String what, Test test) {
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(test, "test");
        return with(
                what,
                new Condition(
                        "condition",
                        test::holds,
                        request -> test.holds(request) ? "holds only sometimes: " + what : "expected " + what));
    }

    /** Returns whether a request is meant. */
    public boolean matches(ReceivedRequest request) {
        if (request.malformed() != null) {
            return false;
        }
        for (Condition condition : conditions) {
            if (!condition.holds(request)) {
                return false;
            }
        }
        return true;
    }

    /** What a request has otherwise; empty if it matches. The method and the path come first. */
    List<String> differences(ReceivedRequest request) {
        return conditions.stream()
                .filter(each -> !each.holds(request))
                .map(each -> each.difference(request))
                .toList();
    }

    /** How far a request is from being meant: another path counts more than anything else, the less of it is the same. */
    int distance(ReceivedRequest request) {
        int unmet =
                (int) conditions.stream().filter(each -> !each.holds(request)).count();
        return unmet + (path == null ? 0 : 2 * path.distance(request.path()));
    }

    /** The variables in the path of a request that matches. */
    Map<String, String> variables(ReceivedRequest request) {
        Map<String, String> found = path == null ? null : path.match(request.path());
        return found == null ? Map.of() : found;
    }

    private RequestMatch with(String more, Condition condition) {
        return with(more, condition, readsBody);
    }

    private RequestMatch withBody(String more, Condition condition) {
        return with(more, condition, true);
    }

    private RequestMatch with(String more, Condition condition, boolean ofBody) {
        List<Condition> all = new ArrayList<>(conditions);
        all.add(condition);
        return new RequestMatch(text + ", " + more, path, List.copyOf(all), ofBody);
    }

    /** Whether it needs the whole body. */
    boolean readsBody() {
        return readsBody;
    }

    private static Condition parameter(String name, @Nullable String value) {
        Objects.requireNonNull(name, "name");
        return new Condition(
                "parameter " + name,
                request -> value == null
                        ? !request.parameters(name).isEmpty()
                        : request.parameters(name).contains(value),
                request -> Difference.of(
                        value == null ? "any value" : Quoted.of(value), values(request.parameters(name))));
    }

    private static Condition field(String name, Condition.Test test, String expected) {
        Headers.of(name, "");
        return new Condition(
                "field " + name,
                test,
                request -> Difference.of(expected, values(request.headers().all(name))));
    }

    private static boolean hasField(Headers headers, String name, String value) {
        List<String> lines = headers.all(name);
        return lines.contains(value)
                || headers.list(name).contains(value)
                || (lines.size() > 1 && String.join(", ", lines).equals(value));
    }

    /** The values of the cookies with this name (RFC 6265 §4.2.1). */
    private static List<String> cookies(ReceivedRequest request, String name) {
        List<String> values = new ArrayList<>();
        for (String line : request.headers().all("Cookie")) {
            for (String pair : line.split(";", -1)) {
                String cookie = pair.strip();
                if (cookie.startsWith(name + "=")) {
                    values.add(cookie.substring(name.length() + 1));
                }
            }
        }
        return values;
    }

    private static List<String> formField(ReceivedRequest request, String name) {
        return QueryNames.values(request.text(), name::equals);
    }

    private static String values(List<String> values) {
        return values.isEmpty()
                ? "absent"
                : String.join(" and ", values.stream().map(Quoted::of).toList());
    }

    /** The line, and what was added to it. */
    @Override
    public String toString() {
        return text;
    }

    /** Whether a request has something. */
    @FunctionalInterface
    public interface Test {
        /**
         * Returns whether it has.
         *
         * @throws Exception any: then it has not
         */
        boolean holds(ReceivedRequest request) throws Exception;
    }

    /** Reads a body, such as a JSON text. */
    @FunctionalInterface
    public interface Parser {
        /**
         * What the text says, as an object with {@code equals}.
         *
         * @throws Exception if it is not such a text
         */
        Object parse(String text) throws Exception;
    }
}
