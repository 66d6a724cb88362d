package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A connection to an origin with another protocol than HTTP. */
final class OriginTunnel implements Tunnel {
    private final Connection connection;
    private final String protocol;
    private final InputStream in = new Reader();
    private final OutputStream out = new Writer();

    /** The tunnel over {@code connection}, which it takes over: it may be silent without a limit. */
    OriginTunnel(Connection connection, String protocol) {
        this.connection = connection;
        this.protocol = protocol;
        connection.wire().readDeadline(TimeSource.NEVER);
        connection.wire().writeDeadline(TimeSource.NEVER);
    }

    /** Ends the tunnel with {@code scope}. */
    OriginTunnel within(Exchange scope) {
        scope.onCancel((QuickHook<Outcome>) reason -> connection.wire().abort());
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
        connection.wire().shutdownOutput();
    }

    @Override
    public void close() {
        connection.close();
    }

    private final class Reader extends BulkInputStream {
        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return connection.input().read(target, offset, length);
        }

        @Override
        public int available() {
            return connection.input().available();
        }
    }

    private final class Writer extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            connection.wire().write(source, offset, length);
        }
    }
}
