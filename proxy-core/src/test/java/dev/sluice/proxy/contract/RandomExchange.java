package dev.sluice.proxy.contract;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A request and what the origin does with it, both random. Now and then the request has a fault, and then no more than one: of
 * several faults a proxy may name any.
 */
final class RandomExchange {
    private static final String[] METHODS = {
        "GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FOO", "get"
    };
    private static final String[] AUTHORITIES = {
        "A.Test", "a.test:80", "a.test:8080", "127.0.0.1", "[::1]:7", "a.test.", "b_c.test", "a%41.test"
    };
    private static final String[] SEGMENTS = {
        "b", "", "..", ".", "%2e%2e", "%2f", "a%20b", "a;b=c", "%41", "{x}", "a\\b", "%c3%a4", "~", "a|b", "*", "%zz"
    };
    private static final String[] QUERIES = {
        "", "", "", "?", "?a=b", "?a=b&a=c", "??", "?a=%zz", "?a=[b]{c}", "?/../x", "?a='\"<>"
    };
    private static final String[][] FIELDS = {
        {"accept", "*/*"},
        {"accept-encoding", "gzip"},
        {"authorization", "Basic eDp5"},
        {"cache-control", "no-cache"},
        {"content-type", "application/grpc"},
        {"content-type", "text/plain"},
        {"early-data", "1"},
        {"expect", "200-ok"},
        {"forwarded", "for=6.6.6.6"},
        {"http2-settings", "AAMAAABkAAQAAP__"},
        {"idempotency-key", "1"},
        {"if-none-match", "\"a\""},
        {"max-forwards", "0"},
        {"max-forwards", "3"},
        {"priority", "u=1"},
        {"proxy-authorization", "Basic eDp5"},
        {"range", "bytes=0-1"},
        {"sec-websocket-key", "x"},
        {"trailer", "x-sum"},
        {"user-agent", "test/1"},
        {"via", "1.0 other"},
        {"via", "1.1 test"},
        {"x-empty", ""},
        {"x-forwarded-for", "6.6.6.6"},
        {"x-forwarded-proto", "https"},
        {"x-latin", "\u00e4\u00ff"},
        {"x-list", "a, b"},
        {"x-list", "c"},
        {"x-long", "y".repeat(3_000)},
        {"x-tab", "a\tb"},
        {"x_under", "1"}
    };
    private static final String[][] ANSWER_FIELDS = {
        {"Alt-Svc", "h3=\":443\""},
        {"Content-Type", "application/grpc"},
        {"Content-Type", "text/plain"},
        {"Date", "Thu, 01 Jan 2026 00:00:00 GMT"},
        {"ETag", "\"a\""},
        {"Keep-Alive", "timeout=5"},
        {"Location", "/there"},
        {"Proxy-Status", "other"},
        {"Server", "origin"},
        {"Set-Cookie", "a=b; Path=/"},
        {"Set-Cookie", "c=d"},
        {"Trailer", "X-Sum"},
        {"Upgrade", "h2c"},
        {"Vary", "Accept"},
        {"Via", "1.1 other"},
        {"X-Empty", ""},
        {"X-Latin", "\u00e4"},
        {"X-Powered-By", "origin"}
    };
    private static final int[] STATUSES = {200, 200, 200, 201, 204, 304, 302, 404, 417, 500, 503, 299};

    private static final String[] BAD_METHODS = {"G(T", "M".repeat(65)};
    private static final String[] BAD_AUTHORITIES = {
        "", "a/b", "u@a.test", "a.test:99999", "a..test", "[::1", "a.test,b.test", "\u00e4.test"
    };
    private static final String[] BAD_PATHS = {"/a#b", "/\u00e4", "/a\u007f", "/" + "z".repeat(9_000), "a", "*"};
    private static final String[][] BAD_FIELDS = {
        {"x-nul", "a\u0000"}, {"x-control", "a\u0001b"}, {"x(y", "1"}, {"x y", "1"}, {"x-huge", "z".repeat(40_000)}
    };

    /** A field; in a request its name is in lower case. */
    record Field(String name, String value) {}

    String method;
    String authority;
    /** With the query. */
    String path;
    /** Without those of framing, of cookies, and of a connection. */
    final List<Field> fields;
    /** Each is a crumb. */
    final List<String> cookies;

    final boolean hasBody;
    /** The pieces in which the body is sent. */
    final List<String> body = new ArrayList<>();
    /** Whether the body's length is said before it. */
    final boolean sized;
    /** Of the request. */
    final List<Field> trailers = new ArrayList<>();
    /** Whether the client waits for a 100 before it sends the body. */
    final boolean waits;
    /** Whether the client takes trailers. */
    final boolean takesTrailers;
    /** Whether the origin answers to the head alone; then the client sends no more. */
    final boolean early;
    /** Whether the origin ends the connection behind its answer. */
    final boolean ends;
    /** The bytes of the answer. */
    final String answer;
    /** Whether the request has a fault. */
    final boolean faulty;

    private final Random random;

    RandomExchange(Random random) {
        this.random = random;
        method = any(METHODS);
        authority = oneIn(3) ? any(AUTHORITIES) : "a.test";
        path = path();
        fields = fields(FIELDS);
        hasBody = !method.equals("TRACE") && !oneIn(method.startsWith("P") ? 6 : 2);
        early = oneIn(6);
        cookies = List.of("a=b", "c=d", "e").subList(0, oneIn(3) ? 1 + random.nextInt(3) : 0);
        for (int i = hasBody ? random.nextInt(4) : 0; i > 0; i--) {
            body.add(text());
        }
        sized = random.nextBoolean();
        if (hasBody && !sized && oneIn(3)) {
            trailers.add(new Field("x-sum", "1"));
            trailers.add(new Field("x-other", "2"));
        }
        waits = hasBody && oneIn(4);
        takesTrailers = oneIn(3);
        ends = early || oneIn(6);
        answer = answer();
        faulty = oneIn(5);
        if (faulty) {
            spoil();
        }
    }

    private void spoil() {
        switch (random.nextInt(5)) {
            case 0 -> method = any(BAD_METHODS);
            case 1 -> authority = any(BAD_AUTHORITIES);
            case 2 -> path = any(BAD_PATHS);
            case 3 -> {
                String[] field = BAD_FIELDS[random.nextInt(BAD_FIELDS.length)];
                fields.add(new Field(field[0], field[1]));
            }
            default -> fields.addAll(Collections.nCopies(101, new Field("x-many", "1")));
        }
    }

    private boolean oneIn(int number) {
        return random.nextInt(number) == 0;
    }

    private String any(String[] all) {
        return all[random.nextInt(all.length)];
    }

    private String text() {
        int most = oneIn(10) ? 9_000 : 40;
        return String.valueOf((char) ('a' + random.nextInt(26))).repeat(1 + random.nextInt(most));
    }

    private String path() {
        StringBuilder made = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            made.append('/').append(oneIn(3) ? any(SEGMENTS) : "a");
        }
        return made + any(QUERIES);
    }

    private List<Field> fields(String[][] of) {
        List<Field> made = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            String[] field = of[random.nextInt(of.length)];
            made.add(new Field(field[0], field[1]));
        }
        return made;
    }

    private String answer() {
        StringBuilder made = new StringBuilder();
        if (oneIn(5)) {
            made.append("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        }
        int status = STATUSES[random.nextInt(STATUSES.length)];
        made.append("HTTP/1.1 ").append(status).append(" Reason\r\n");
        fields(ANSWER_FIELDS).forEach(each -> line(made, each));
        if (ends) {
            // Without this, the next request would find the connection dead, or not.
            line(made, new Field("Connection", "close"));
        }
        boolean empty = method.equals("HEAD") || status == 204 || status == 304;
        String content = oneIn(4) ? "" : text();
        String length = "Content-Length: ";
        switch (status == 204 ? 3 : random.nextInt(ends ? 4 : 2)) {
            case 0 -> made.append("Transfer-Encoding: chunked\r\n\r\n").append(empty ? "" : chunks(content));
            case 1 ->
                made.append(length).append(content.length()).append("\r\n\r\n").append(empty ? "" : content);
            // It has less than it says.
            case 2 ->
                made.append(length)
                        .append(content.length() + 5)
                        .append("\r\n\r\n")
                        .append(empty ? "" : content);
            default -> made.append("\r\n").append(empty ? "" : content);
        }
        return made.toString();
    }

    private String chunks(String content) {
        StringBuilder made = new StringBuilder();
        if (!content.isEmpty()) {
            chunk(made, content);
        }
        made.append("0\r\n");
        if (random.nextBoolean()) {
            line(made, new Field("X-Sum", "3"));
            line(made, new Field("Grpc-Status", "0"));
        }
        return made.append("\r\n").toString();
    }

    static void chunk(StringBuilder to, String content) {
        to.append(Integer.toHexString(content.length())).append("\r\n");
        to.append(content).append("\r\n");
    }

    static void line(StringBuilder to, Field field) {
        to.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }

    @Override
    public String toString() {
        return method + " " + path + " at " + authority + " with " + fields + cookies
                + (hasBody ? ", body " + body : "")
                + (sized ? ", sized" : ", trailers " + trailers)
                + (waits ? ", waits" : "")
                + (takesTrailers ? ", takes trailers" : "")
                + (early ? ", early" : "")
                + "\n"
                + answer;
    }
}
