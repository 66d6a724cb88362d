package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.syntax.QueryNames;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that a {@link FakeGateway} has received, as the client sent it. Immutable. */
public final class ReceivedRequest {
    private final int number;
    private final Origin origin;
    private final Content content;
    private final Map<String, String> variables;
    private final @Nullable String stub;

    /**
     * Who sent it, and when.
     *
     * @param connection its number, from 1; without a socket each attempt has one
     * @param client who sent it; without a socket, the client of the exchange
     * @param serverName the name that it asked for by TLS
     * @param at when its head had come
     */
    record Origin(int connection, Client client, @Nullable String serverName, Instant at) {}

    /**
     * What was sent.
     *
     * @param body as far as it was waited for
     * @param bytes all of it, as it came
     * @param expecting whether the client waits for 100 (Continue), and may never send the body
     * @param malformed what is wrong with it, or null; then method, target and headers are empty
     * @param cut whether that is only that its end did not come
     * @param whole whether all of the body has come
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Content(
            String method,
            String target,
            HttpVersion version,
            Headers headers,
            byte[] body,
            Headers trailers,
            byte[] bytes,
            boolean expecting,
            @Nullable String malformed,
            boolean cut,
            boolean whole) {
        static Content malformed(byte[] bytes, String why) {
            return wrong(bytes, why, false);
        }

        /** One that the client has left within its head. */
        static Content cutInHead(byte[] bytes) {
            return wrong(bytes, "the client left within the head", true);
        }

        /** One that the client has left after so many bytes of its body. */
        static Content cutInBody(byte[] bytes, int after, String method, String target) {
            return wrong(
                    bytes, "the client left after " + after + " bytes of the body of " + method + " " + target, true);
        }

        private static Content wrong(byte[] bytes, String why, boolean cut) {
            byte[] none = {};
            return new Content(
                    "",
                    "",
                    HttpVersion.HTTP_1_1,
                    Headers.empty(),
                    none,
                    Headers.empty(),
                    bytes,
                    false,
                    why,
                    cut,
                    false);
        }
    }

    /**
     * A request that nobody has answered yet.
     *
     * @param number among the gateway's requests, from 1
     */
    ReceivedRequest(int number, Origin origin, Content content) {
        this(number, origin, content, Map.of(), null);
    }

    private ReceivedRequest(
            int number, Origin origin, Content content, Map<String, String> variables, @Nullable String stub) {
        this.number = number;
        this.origin = origin;
        this.content = content;
        this.variables = variables;
        this.stub = stub;
    }

    /** The same with another number. */
    ReceivedRequest numbered(int another) {
        return new ReceivedRequest(another, origin, content, variables, stub);
    }

    /** The same as answered by a stub. */
    ReceivedRequest answeredBy(String name, Map<String, String> found) {
        return new ReceivedRequest(number, origin, content, found, name);
    }

    /**
     * Its number among the gateway's requests, from 1. While a condition of {@link RequestMatch#when} looks at it, the number
     * that it would have now.
     */
    public int number() {
        return number;
    }

    /** The number of its connection, from 1; without a socket, of its attempt. */
    public int connection() {
        return origin.connection();
    }

    /**
     * When its head had come, on the gateway's clock; without a socket, on that of the exchange. Between two attempts of a
     * client is {@code Duration.between(first.at(), second.at())}.
     */
    public Instant at() {
        return origin.at();
    }

    /** The client's address; without a socket, that of the exchange's client. */
    public InetSocketAddress client() {
        return origin.client().address();
    }

    /** {@code https} over TLS, else {@code http}; without a socket, as the exchange's client has it. */
    public String scheme() {
        return origin.client().scheme();
    }

    /**
     * The certificate that the client has shown, of the gateway's authority; null without one. Clients are asked for it by
     * {@link FakeGateway.Builder#clientCertificate}. Without a socket, that of the exchange's client.
     */
    public @Nullable X509Certificate certificate() {
        return origin.client().certificate();
    }

    /** Who sent it. */
    Client sender() {
        return origin.client();
    }

    /** The name of the server that the client asked for by TLS (SNI), or null: without TLS, or without a name. */
    public @Nullable String serverName() {
        return origin.serverName();
    }

    /** The method. Empty if the request was malformed. */
    public String method() {
        return content.method();
    }

    /** The target as it stood in the request line: path and query, or another form. Empty if it was malformed. */
    public String target() {
        return content.target();
    }

    /** Method and target, such as {@code GET /users?page=2}. */
    public String line() {
        return method() + " " + target();
    }

    /** The path, with its escapes. Of an absolute target, that of the URL. */
    public String path() {
        String rest = pathAndQuery();
        int query = rest.indexOf('?');
        return query < 0 ? rest : rest.substring(0, query);
    }

    /** The query, with its escapes and without the question mark; null without one. */
    public @Nullable String query() {
        String rest = pathAndQuery();
        int query = rest.indexOf('?');
        return query < 0 ? null : rest.substring(query + 1);
    }

    /** The first value of a parameter of the query, without escapes. */
    public Optional<String> parameter(String name) {
        return parameters(name).stream().findFirst();
    }

    /** All values of a parameter of the query, without escapes, in order. */
    public List<String> parameters(String name) {
        return QueryNames.values(query(), name::equals);
    }

    /**
     * What stands in the path for a variable of the stub that answers, without escapes.
     *
     * @throws IllegalArgumentException if the stub has no such variable; the message names those that it has
     */
    public String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no variable {" + name + "} in "
                    + (stub == null ? "a request that no stub answers" : "the path of the stub that answers, " + stub)
                    + (variables.isEmpty() ? "" : ", only " + variables.keySet()));
        }
        return value;
    }

    /** The version of HTTP. */
    public HttpVersion version() {
        return content.version();
    }

    /** All fields, with those about the connection, in order and in their case. */
    public Headers headers() {
        return content.headers();
    }

    /** The first value of a field. */
    public Optional<String> header(String name) {
        return headers().first(name);
    }

    /**
     * A copy of the body's bytes, without framing; of a stub that answers {@linkplain Stub#afterBodyBytes before the body is
     * whole}, as far as it has waited for it.
     */
    public byte[] body() {
        return content.body().clone();
    }

    /** The body as text in UTF-8. */
    public String text() {
        return new String(content.body(), StandardCharsets.UTF_8);
    }

    /** The trailer fields, if the body is whole. */
    public Headers trailers() {
        return content.trailers();
    }

    /** A copy of all bytes of the request as they came, with framing; without a socket, as they would be written. */
    public byte[] bytes() {
        return content.bytes().clone();
    }

    /** What is wrong with the request, which was answered with 400; null if nothing is. */
    public @Nullable String malformed() {
        return content.malformed();
    }

    /** Returns whether the client waits for 100 (Continue) before it sends the body, which may then never come. */
    boolean isExpecting() {
        return content.expecting();
    }

    /** Returns whether it is malformed only because its end did not come. */
    boolean isCut() {
        return content.cut();
    }

    /** Returns whether all of the body has come. */
    boolean isWhole() {
        return content.whole();
    }

    /** The stub that answered it, as text; null if none did. */
    public @Nullable String stub() {
        return stub;
    }

    /** Path and query of a target in absolute form (RFC 9112 §3.2.2), else the target. */
    private String pathAndQuery() {
        String target = target();
        int scheme = target.indexOf("://");
        if (target.startsWith("/") || scheme < 0) {
            return target;
        }
        int slash = target.indexOf('/', scheme + 3);
        int query = target.indexOf('?', scheme + 3);
        if (query >= 0 && (slash < 0 || query < slash)) {
            return "/" + target.substring(query);
        }
        return slash < 0 ? "/" : target.substring(slash);
    }

    /** Number, method and target; of a malformed request what is wrong with it. */
    @Override
    public String toString() {
        return "#" + number() + " " + (content.malformed() == null ? line() : "malformed: " + content.malformed());
    }
}
