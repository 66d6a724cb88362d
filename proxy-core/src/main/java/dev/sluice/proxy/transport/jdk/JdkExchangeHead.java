package dev.sluice.proxy.transport.jdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.http1.ReceivedHead;
import dev.sluice.proxy.limit.Limits;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The head of a request as the JDK's server shows it, checked: the server lets through much that is ambiguous or
 * malformed, and none of it is passed on. A request is built only from parsed values.
 */
final class JdkExchangeHead {
    private final HttpExchange http;
    private final Limits limits;

    JdkExchangeHead(HttpExchange http, Limits limits) {
        this.http = http;
        this.limits = limits;
    }

    static Client client(HttpExchange http) {
        return new Client(
                http.getRemoteAddress(),
                http.getLocalAddress(),
                http instanceof HttpsExchange https ? https.getSSLSession() : null);
    }

    /**
     * The request without its body, and where that ends.
     *
     * @throws ProxyException if the head is malformed, ambiguous, or above a limit
     */
    ReceivedHead parse(Exchange scope) throws ProxyException {
        HttpVersion version = version();
        String method = http.getRequestMethod();
        if (!Headers.isToken(method)) {
            throw ProxyException.refused(Outcome.BAD_REQUEST, "the method is not a token");
        }
        Headers received = fields();
        return ReceivedHead.of(method, target(), version, received, scope);
    }

    /** Returns whether the client wants the connection closed, or cannot keep it open. */
    boolean asksToClose() {
        String protocol = http.getProtocol();
        List<String> options = http.getRequestHeaders().getOrDefault("Connection", List.of());
        if (protocol.equals("HTTP/1.0")) {
            // The JDK tells a client of 1.0 that the connection stays only when this is the whole of its first line.
            return options.isEmpty() || !options.get(0).equalsIgnoreCase("keep-alive");
        }
        return options.stream()
                .flatMap(line -> Stream.of(line.split(",")))
                .anyMatch(option -> option.strip().equalsIgnoreCase("close"));
    }

    private HttpVersion version() throws ProxyException {
        return switch (http.getProtocol()) {
            case "HTTP/1.1" -> HttpVersion.HTTP_1_1;
            case "HTTP/1.0" -> HttpVersion.HTTP_1_0;
            default -> throw ProxyException.refused(Outcome.NOT_SUPPORTED, 505, "only HTTP/1.0 and HTTP/1.1");
        };
    }

    private String target() throws ProxyException {
        // The URI's text is the target as received; its parts are decoded, and of "//x/y" the path would be "/y".
        String target = http.getRequestURI().toString();
        if (target.length() > limits.targetLength()) {
            throw ProxyException.refused(
                    Outcome.LIMIT_EXCEEDED, 414, "the target has more than " + limits.targetLength() + " characters");
        }
        return target;
    }

    private Headers fields() throws ProxyException {
        Headers.Builder fields = Headers.builder();
        int count = 0;
        long bytes = 0;
        for (Map.Entry<String, List<String>> entry : http.getRequestHeaders().entrySet()) {
            String name = entry.getKey();
            for (String value : entry.getValue()) {
                bytes += name.length() + value.length() + ": \r\n".length();
                if (++count > limits.headerCount() || bytes > limits.headerBytes()) {
                    throw ProxyException.refused(Outcome.LIMIT_EXCEEDED, 431, "the header section is too large");
                }
                add(fields, name, value);
            }
        }
        return fields.build();
    }

    private static void add(Headers.Builder fields, String name, String value) throws ProxyException {
        try {
            fields.add(name, value);
        } catch (IllegalArgumentException fault) {
            throw ProxyException.refused(Outcome.BAD_REQUEST, String.valueOf(fault.getMessage()));
        }
    }
}
