package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.header.Framing;
import dev.sluice.proxy.http1.ChunkedReader;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The body of an origin's response, as it arrives. At its end the call gives the connection back. */
final class ResponseBody extends Body {
    private final OriginCall call;
    private final Connection connection;
    private final Exchange exchange;
    private final Framing framing;
    private final @Nullable ChunkedReader chunks;
    private final OriginOptions options;
    private final Duration idle;
    private boolean opened;
    private boolean ended;

    ResponseBody(
            OriginCall call,
            Connection connection,
            Exchange exchange,
            OriginOptions options,
            Duration idle,
            Framing framing,
            @Nullable ChunkedReader chunks) {
        this.call = call;
        this.connection = connection;
        this.exchange = exchange;
        this.options = options;
        this.framing = framing;
        this.chunks = chunks;
        this.idle = idle;
    }

    @Override
    public long length() {
        return framing.length();
    }

    @Override
    public boolean repeatable() {
        return false;
    }

    @Override
    public InputStream open() {
        if (opened) {
            throw new IllegalStateException("the body has been opened before");
        }
        opened = true;
        return new Reader();
    }

    @Override
    public Headers trailers() {
        return chunks != null && ended ? chunks.trailers() : Headers.empty();
    }

    /** Before the end this gives up the connection, as nobody can know how much there is to skip. */
    @Override
    public void close() {
        call.drop();
    }

    private final class Reader extends BulkInputStream {
        private final InputBuffer input = connection.input();
        private long left = framing.length();

        @Override
        public int read(byte[] target, int offset, int want) throws IOException {
            if (ended) {
                return -1;
            }
            if (want == 0) {
                return 0;
            }
            try {
                connection.wire().readTimeout(idle);
                return switch (framing.kind()) {
                    case FIXED -> readFixed(target, offset, want);
                    case UNTIL_CLOSE -> end(readUntilClose(target, offset, want));
                    default -> readChunks(target, offset, want);
                };
            } catch (IOException cause) {
                connection.close();
                throw explain(cause);
            }
        }

        private int readFixed(byte[] target, int offset, int want) throws IOException {
            int n = input.read(target, offset, (int) Math.min(want, left));
            if (n < 0) {
                throw new IOException("the connection ended " + left + " bytes before the body");
            }
            left -= n;
            if (left == 0) {
                end(-1);
            }
            return n;
        }

        private int readUntilClose(byte[] target, int offset, int want) throws IOException {
            try {
                return input.read(target, offset, want);
            } catch (EOFException withoutCloseNotify) {
                if (options.endWithoutCloseNotify()) {
                    return -1;
                }
                throw withoutCloseNotify;
            }
        }

        private int readChunks(byte[] target, int offset, int want) throws IOException {
            return end(chunks == null ? -1 : chunks.read(target, offset, want));
        }

        private int end(int n) {
            if (n < 0) {
                ended = true;
                call.finished();
            }
            return n;
        }

        private ProxyException explain(IOException cause) {
            Outcome cancelled = exchange.cancelled();
            if (cancelled != null) {
                return new ProxyException(cancelled, Delivery.ANSWERED, "cancelled: " + cancelled, cause);
            }
            if (cause instanceof WireTimeoutException) {
                return new ProxyException(
                        Outcome.BODY_TIMEOUT,
                        Delivery.ANSWERED,
                        "nothing more of the response's body within " + idle,
                        cause);
            }
            if (cause instanceof ProxyException malformed) {
                return new ProxyException(
                        Outcome.BODY_FAILED, Delivery.ANSWERED, String.valueOf(malformed.getMessage()), malformed);
            }
            return new ProxyException(
                    Outcome.BODY_FAILED, Delivery.ANSWERED, "the response's body broke off: " + cause, cause);
        }

        @Override
        public int available() {
            if (ended) {
                return 0;
            }
            return switch (framing.kind()) {
                case FIXED -> (int) Math.min(left, input.available());
                case UNTIL_CLOSE -> input.available();
                default -> chunks == null ? 0 : chunks.available();
            };
        }
    }
}
