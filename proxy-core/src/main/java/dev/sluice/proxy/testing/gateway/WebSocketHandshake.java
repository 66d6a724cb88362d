package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.internal.WebSocketKey;
import java.util.List;

/** The opening handshake of a WebSocket, on the server's side (RFC 6455 §4.2). Pure functions. */
final class WebSocketHandshake {
    private WebSocketHandshake() {}

    /**
     * The 101 to a request.
     *
     * @param script what is played then
     * @param socket whether the request came through one
     * @throws Refusal if the request is no handshake, or a wrong one
     */
    static Reply reply(ReceivedRequest request, FakeWebSocket.Script script, boolean socket) throws Refusal {
        if (!socket) {
            throw refused(
                    request, 501, "a gateway without a socket has none: give the proxy the URI of one with a socket");
        }
        Headers headers = request.headers();
        if (!headers.hasToken("Upgrade", "websocket")) {
            throw refused(request, 426, "Upgrade must be websocket, but " + found(headers, "Upgrade"));
        }
        if (!headers.hasToken("Connection", "Upgrade")) {
            throw refused(request, 400, "Connection must be Upgrade, but " + found(headers, "Connection"));
        }
        if (!request.method().equals("GET") || request.version() != HttpVersion.HTTP_1_1) {
            throw refused(
                    request,
                    400,
                    "it must be a GET of HTTP/1.1, but was a " + request.method() + " of " + request.version());
        }
        if (!headers.all("Sec-WebSocket-Version").equals(List.of("13"))) {
            throw refused(
                    request, 426, "Sec-WebSocket-Version must be 13, but " + found(headers, "Sec-WebSocket-Version"));
        }
        List<String> keys = headers.all("Sec-WebSocket-Key");
        if (keys.size() != 1 || !WebSocketKey.is(keys.get(0))) {
            throw refused(
                    request,
                    400,
                    "Sec-WebSocket-Key must be the Base64 form of 16 bytes, but "
                            + found(headers, "Sec-WebSocket-Key"));
        }
        return Reply.of(101)
                .withHeaders(Headers.of(
                        "Upgrade",
                        "websocket",
                        "Connection",
                        "Upgrade",
                        "Sec-WebSocket-Accept",
                        WebSocketKey.accept(keys.get(0))))
                .withScript(script);
    }

    private static Refusal refused(ReceivedRequest request, int status, String why) {
        String problem = "no WebSocket for " + request + ": " + why;
        Reply reply = Reply.text(status, problem);
        // RFC 9110 §15.5.22 and RFC 6455 §4.4: which protocol, and which of its versions.
        Headers told = status == 426
                ? Headers.of("Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Version", "13")
                : Headers.empty();
        return Refusal.of(
                reply.withHeaders(reply.headers().toBuilder().addAll(told).build()), problem, null);
    }

    private static String found(Headers headers, String name) {
        List<String> values = headers.all(name);
        return values.isEmpty()
                ? "is absent"
                : "was " + String.join(" and ", values.stream().map(Quoted::of).toList());
    }
}
