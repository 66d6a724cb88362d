package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are meant: those of a stub, or those that a test verifies. Immutable.
 *
 * <pre>{@code
 * RequestMatch match = RequestMatch.of("POST /users/{id}?notify=true").header("X-Tenant", "7").body("Anna");
 * }</pre>
 */
public final class RequestMatch {
    private final String text;
    private final @Nullable PathTemplate path;
    private final List<Condition> conditions;

    private RequestMatch(String text, @Nullable PathTemplate path, List<Condition> conditions) {
        this.text = text;
        this.path = path;
        this.conditions = conditions;
    }

    /**
     * Requests with this method and path.
     *
     * @param line {@code GET /users/7}, or {@code /users/7} for every method. A segment of the path may be a variable,
     *     {@code /users/{id}}, and {@code /**} at the end is everything below. Behind a question mark stand
     *     parameters that the query must have, perhaps among others: {@code ?page=2&debug} is {@code page} with this
     *     value and {@code debug} with any
     * @throws IllegalArgumentException if the line has another form; the message names it
     */
    public static RequestMatch of(String line) {
        int space = line.indexOf(' ');
        String method = space < 0 ? "" : line.substring(0, space);
        String target = line.substring(space + 1);
        if ((space >= 0 && !Headers.isToken(method)) || target.indexOf(' ') >= 0) {
            throw new IllegalArgumentException("a match is a method and a path, such as GET /users: \"" + line + "\"");
        }
        int question = target.indexOf('?');
        PathTemplate path = PathTemplate.parse(question < 0 ? target : target.substring(0, question));
        RequestMatch match = new RequestMatch(line, path, List.of());
        match = method.isEmpty() ? match : match.and(method(method));
        match = match.and(new Condition(
                "path", path.toString(), request -> path.match(request.path()) != null, ReceivedRequest::path));
        if (question >= 0) {
            for (String parameter : target.substring(question + 1).split("&", -1)) {
                int equals = parameter.indexOf('=');
                String name = equals < 0 ? parameter : parameter.substring(0, equals);
                match = match.and(parameter(name, equals < 0 ? null : parameter.substring(equals + 1)));
            }
        }
        return match;
    }

    /** Every request. */
    public static RequestMatch any() {
        return new RequestMatch("any request", null, List.of());
    }

    /** Those of them whose query has this parameter with this value, without escapes; perhaps with others as well. */
    public RequestMatch query(String name, String value) {
        return with("query " + name + "=" + value, parameter(name, Objects.requireNonNull(value, "value")));
    }

    /** Those of them that have this field with this value, perhaps among others of the same name. */
    public RequestMatch header(String name, String value) {
        Objects.requireNonNull(value, "value");
        return with(
                name + ": " + value,
                new Condition(
                        "field " + name,
                        Quoted.of(value),
                        request -> request.headers().all(name).contains(value),
                        request -> values(request.headers().all(name))));
    }

    /** Those of them whose body is this text, in UTF-8. */
    public RequestMatch body(String expected) {
        Objects.requireNonNull(expected, "body");
        return with(
                "body " + Quoted.of(expected),
                new Condition(
                        "body",
                        Quoted.of(expected),
                        request -> request.text().equals(expected),
                        request -> Quoted.of(request.text())));
    }

    /**
     * Those of them whose body your function makes equal to {@code expected}, such as a JSON text by the parser that
     * you use: {@code json(mapper::readTree, "{\"name\": \"Anna\"}")}. What the function makes must have {@code equals}.
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
        return with(
                "JSON " + Quoted.of(expected),
                new Condition(
                        "JSON",
                        Quoted.of(expected),
                        request -> Objects.equals(parser.parse(request.text()), wanted),
                        request -> Quoted.of(request.text())));
    }

    /**
     * Those of them for which {@code test} holds. One that throws does not hold.
     *
     * @param what describes them in messages, such as {@code a body of more than 1 MB}
     */
    public RequestMatch when(String what, Predicate<ReceivedRequest> test) {
        Objects.requireNonNull(test, "test");
        return with(what, new Condition("condition", what, test::test, request -> "not met"));
    }

    /** Returns whether a request is meant. */
    public boolean matches(ReceivedRequest request) {
        return request.malformed() == null && conditions.stream().allMatch(each -> each.holds(request));
    }

    /** What a request has otherwise; empty if it matches. The method and the path come first. */
    List<String> differences(ReceivedRequest request) {
        List<String> differences = new ArrayList<>();
        for (Condition condition : conditions) {
            if (!condition.holds(request)) {
                differences.add(condition.difference(request));
            }
        }
        return differences;
    }

    /** The variables in the path of a request that matches. */
    Map<String, String> variables(ReceivedRequest request) {
        return Optional.ofNullable(path)
                .map(template -> template.match(request.path()))
                .orElse(Map.of());
    }

    private RequestMatch and(Condition condition) {
        return new RequestMatch(text, path, added(condition));
    }

    private RequestMatch with(String more, Condition condition) {
        return new RequestMatch(text + ", " + more, path, added(condition));
    }

    private List<Condition> added(Condition condition) {
        List<Condition> all = new ArrayList<>(conditions);
        all.add(condition);
        return List.copyOf(all);
    }

    private static Condition method(String method) {
        return new Condition("method", method, request -> request.method().equals(method), ReceivedRequest::method);
    }

    private static Condition parameter(String name, @Nullable String value) {
        return new Condition(
                "parameter " + name,
                value == null ? "any value" : Quoted.of(value),
                request -> value == null
                        ? !request.parameters(name).isEmpty()
                        : request.parameters(name).contains(value),
                request -> values(request.parameters(name)));
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
