package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.header.rule.Grpc;
import dev.sluice.proxy.internal.BodyBuffers;
import dev.sluice.proxy.scope.SecretFields;
import dev.sluice.proxy.transport.direct.multiplex.SessionStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Writes responses to one request on a stream of HTTP/2, in constant memory: interim ones, and the final one. Bytes that
 * have been read are on their way before a read that may block. A {@link ProxyException} that it throws says how the exchange
 * ended; then the stream must be reset. One thread.
 */
final class Http2Response {
    private final SessionStream stream;
    private final PacedWrites writes;
    private final Exchange scope;
    private final boolean isHead;
    private final boolean trailersWanted;
    private volatile boolean endsAsGrpc;

    Http2Response(SessionStream stream, Exchange scope, boolean isHead, boolean trailersWanted) {
        this.stream = stream;
        this.writes = new PacedWrites(stream, scope);
        this.scope = scope;
        this.isHead = isHead;
        this.trailersWanted = trailersWanted;
    }

    /** Writes an interim response. */
    void interim(int status, Headers headers) throws ProxyException {
        fields(status, headers, Body.UNKNOWN, false);
        flush();
    }

    /** Writes the head of a response that opens a tunnel: there is no 101 (RFC 9113 §8.6, RFC 8441 §5). */
    void tunnelHead(ProxyResponse response) throws ProxyException {
        scope.notes().head(response.status(), response.headers(), scope.time().nanos());
        fields(response.status() == 101 ? 200 : response.status(), response.headers(), Body.UNKNOWN, false);
        flush();
    }

    /**
     * Writes the whole response.
     *
     * @param body the response's, opened
     */
    void write(ProxyResponse response, InputStream body) throws ProxyException {
        int status = response.status();
        long length = response.body().length();
        boolean bodiless = isHead || status == 204 || status == 304 || isPageThatWouldWait(length);
        scope.notes().head(status, response.headers(), scope.time().nanos());
        boolean end = bodiless || length == 0;
        fields(status, dated(response.headers()), bodiless ? said(response, length) : known(response, length), end);
        if (end) {
            flush();
        } else {
            endsAsGrpc = length == Body.UNKNOWN && trailersWanted && Grpc.is(response.headers());
            copy(response.body(), body);
        }
    }

    /**
     * Refusals must not be scarce: a client that opens no window could have each of them hold a thread, also those of the
     * requests that are too many. So the status says it alone.
     */
    private boolean isPageThatWouldWait(long length) {
        return scope.record().failure() != null && !stream.allows(length);
    }

    /** RFC 9110 §6.6.1: a recipient with a clock adds it before it passes the response on. */
    private Headers dated(Headers headers) {
        return headers.has("Date")
                ? headers
                : headers.toBuilder()
                        .add("Date", DateField.at(scope.time().now()))
                        .build();
    }

    /** A call of gRPC that ends in its head has no body, not one of 0 bytes: its clients know no length. */
    private static long known(ProxyResponse response, long length) {
        return length == 0 && Grpc.is(response.headers()) ? Body.UNKNOWN : length;
    }

    /** The length that a GET would have had, where that is known (RFC 9110 §8.6). */
    private long said(ProxyResponse response, long length) {
        if (isHead || response.status() == 304) {
            String said = response.headers().first("Content-Length").orElse("");
            if (!said.isEmpty()) {
                return Long.parseLong(said);
            }
        }
        return isHead && length > 0 ? length : Body.UNKNOWN;
    }

    private void fields(int status, Headers headers, long length, boolean end) throws ProxyException {
        writes.write(0, most -> {
            stream.send(writer -> writer.hiding(SecretFields.of(scope)).response(status, headers, length), end);
            return most;
        });
    }

    private void flush() throws ProxyException {
        writes.write(0, most -> {
            stream.flush();
            return most;
        });
    }

    /** Shows the client that the response is not whole: by a reset, or in gRPC, by a status that says why. Never blocks. */
    void breakOff(Outcome why) {
        if (endsAsGrpc) {
            try {
                stream.endNow(writer -> writer.trailers(Grpc.trailers(why)));
            } catch (IOException over) {
                // It was broken off before, or the client has left.
            }
        } else {
            stream.breakOutput();
        }
    }

    private void copy(Body whole, InputStream body) throws ProxyException {
        long left = whole.length();
        byte[] buffer = BodyBuffers.take(left);
        try {
            while (left != 0) {
                if (ResponseContent.available(body) == 0) {
                    flush();
                }
                int n = ResponseContent.read(body, buffer, left);
                if (n < 0) {
                    break;
                }
                left -= left < 0 ? 0 : n;
                send(buffer, n, left == 0);
            }
        } finally {
            BodyBuffers.give(buffer);
        }
        if (left < 0) {
            end(whole.trailers());
        }
    }

    private void send(byte[] buffer, int length, boolean end) throws ProxyException {
        writes.write(length, most -> {
            stream.write(buffer, 0, length, end);
            return most;
        });
        scope.notes().addResponseBytes(length);
    }

    private void end(Headers trailers) throws ProxyException {
        boolean none = !trailersWanted || trailers.isEmpty();
        writes.write(0, most -> {
            if (none) {
                stream.shutdownOutput();
            } else {
                stream.send(writer -> writer.hiding(SecretFields.of(scope)).trailers(trailers), true);
                stream.flush();
            }
            return most;
        });
    }
}
