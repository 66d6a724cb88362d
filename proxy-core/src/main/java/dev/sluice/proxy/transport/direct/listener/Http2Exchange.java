package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.internal.WebSocketKey;
import dev.sluice.proxy.scope.SecretFields;
import dev.sluice.proxy.spi.ExchangeRun;
import dev.sluice.proxy.transport.direct.multiplex.SessionStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** One request and its response on a stream of HTTP/2, driven by an {@link ExchangeRun} on the stream's thread. */
final class Http2Exchange extends ClientExchange {
    /** Small, as what is read in larger pieces does not go through it. */
    private static final int INPUT_BYTES = 512;

    private final SessionStream stream;
    private final Http2Head head;
    private final ExchangeRun run;
    private final Http2Response writer;
    private @Nullable String webSocketKey;

    Http2Exchange(ListenerState listener, SessionStream stream, Client client, Http2Head head) {
        super(listener);
        this.stream = stream;
        this.head = head;
        this.run = ExchangeRun.begin(listener.service(), client, ServerExchange.CAPABILITIES, this);
        this.writer = new Http2Response(stream, run.scope(), head.isHead(), head.acceptsTrailers());
    }

    /** Serves the request. Behind it the stream is over. */
    void serve() {
        try {
            run.run();
        } finally {
            endTunnel();
            if (head.malformed()) {
                // RFC 9113 §8.1.1: it has been answered, and is a stream error all the same.
                stream.reset(ErrorCode.PROTOCOL_ERROR, "the request was malformed");
            }
            stream.close();
        }
    }

    @Override
    public ProxyRequest request(Exchange scope) throws ProxyException {
        note(scope, stream.connection());
        SecretFields.add(scope, stream.secrets());
        ProxyRequest request = head.request(scope);
        if (head.isWebSocket()) {
            // RFC 8441 §5.1: HTTP/2 has no key, and an origin of HTTP/1.1 needs one.
            String key = WebSocketKey.next();
            webSocketKey = key;
            Headers headers =
                    request.headers().toBuilder().set("Sec-WebSocket-Key", key).build();
            return request.toBuilder().headers(headers).build();
        }
        if (head.isTunnel() || stream.isEmpty()) {
            return request;
        }
        RequestBody arriving = new RequestBody(
                stream,
                input(),
                scope,
                new Framing(Framing.Kind.UNTIL_CLOSE, head.length()),
                null,
                () -> trailers(scope),
                request.expectsContinue() ? run::askForBody : null);
        body = arriving;
        return request.toBuilder().body(arriving.body()).build();
    }

    private Headers trailers(Exchange scope) {
        SecretFields.add(scope, stream.secrets());
        return stream.trailers();
    }

    private InputBuffer input() {
        return new InputBuffer(stream::read, INPUT_BYTES);
    }

    @Override
    public boolean interim(int status, Headers headers) throws ProxyException {
        writer.interim(status, headers);
        return true;
    }

    @Override
    public void respond(ProxyResponse response, InputStream content) throws ProxyException {
        writer.write(response, content);
    }

    @Override
    public void readyTunnel(ProxyResponse response) throws ProxyException {
        if (!head.isTunnel()) {
            throw new ProxyException(
                    Outcome.FAILED, Delivery.ANSWERED, "the answer was a tunnel that was not asked for");
        }
        requireHandshake(response);
        takeTunnel();
    }

    @Override
    public Outcome tunnel(ProxyResponse response, Tunnel tunnel) throws ProxyException {
        writer.tunnelHead(response.toBuilder()
                .headers(response.headers().without("Sec-WebSocket-Accept"::equalsIgnoreCase))
                .build());
        return relay(stream, input(), tunnel, run.scope());
    }

    /** RFC 8441 §5.1: what the origin has answered to our key is checked here, and the client has asked for nothing like it. */
    private void requireHandshake(ProxyResponse response) throws ProxyException {
        String key = webSocketKey;
        if (key != null
                && !WebSocketKey.accept(key)
                        .equals(response.headers().first("Sec-WebSocket-Accept").orElse(""))) {
            throw new ProxyException(
                    Outcome.BAD_RESPONSE,
                    Delivery.ANSWERED,
                    "the origin's Sec-WebSocket-Accept is not the answer to the key");
        }
    }

    /** It is not served: there is no thread. */
    void refuse() {
        run.scope().end(Outcome.OVERLOADED);
    }

    /** The client has reset the stream, or its connection has ended. */
    void left() {
        run.scope().cancel(Outcome.CLIENT_LEFT);
    }

    /** What a reset is to a connection of TCP, each kind of tunnel has its own code for (RFC 8441 §5, RFC 9113 §8.5). */
    @Override
    public void cut(Outcome why) {
        boolean tunnel = relay() != null;
        if (why == Outcome.CLIENT_LEFT || (tunnel && head.isUpgrade())) {
            stream.abort();
        } else if (tunnel) {
            stream.reset(ErrorCode.CONNECT_ERROR, "the tunnel was cut");
        } else {
            writer.breakOff(why);
        }
    }
}
