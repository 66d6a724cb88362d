package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The bytes of another protocol than HTTP, on a connection to an origin or a stream of one. */
final class OriginTunnel implements Tunnel {
    private final Wire wire;
    private final InputBuffer input;
    private final Runnable end;
    private final String protocol;
    private final InputStream in = new Reader();
    private final OutputStream out = new Writer();

    /** The tunnel over {@code connection}, which it takes over. */
    OriginTunnel(Connection connection, String protocol) {
        this(connection.wire(), connection.input(), connection::close, protocol);
    }

    /**
     * The tunnel over {@code wire}, which it takes over: it may be silent without a limit.
     *
     * @param input of the wire
     * @param end closes it
     */
    OriginTunnel(Wire wire, InputBuffer input, Runnable end, String protocol) {
        this.wire = wire;
        this.input = input;
        this.end = end;
        this.protocol = protocol;
        wire.readDeadline(TimeSource.NEVER);
        wire.writeDeadline(TimeSource.NEVER);
    }

    /** Ends the tunnel with {@code scope}. */
    OriginTunnel within(Exchange scope) {
        scope.onCancel((QuickHook<Outcome>) reason -> wire.abort());
        scope.onEnd(outcome -> close());
        return this;
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void shutdownOutput() throws IOException {
        wire.shutdownOutput();
    }

    @Override
    public void close() {
        end.run();
    }

    private final class Reader extends BulkInputStream {
        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return input.read(target, offset, length);
        }

        @Override
        public int available() {
            return input.available();
        }
    }

    private final class Writer extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            wire.write(source, offset, length);
        }
    }
}
