package dev.sluice.lab.fuzz;

import dev.sluice.proxy.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A connection that keeps what is written to it. For one thread. */
final class KeptWire implements Wire {
    private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("nowhere.test", 1);

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    byte[] written() {
        return written.toByteArray();
    }

    @Override
    public InetSocketAddress remote() {
        return NOWHERE;
    }

    @Override
    public InetSocketAddress local() {
        return NOWHERE;
    }

    @Override
    public @Nullable SSLSession tls() {
        return null;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        return -1;
    }

    @Override
    public int available() {
        return 0;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        written.write(source, offset, length);
    }

    @Override
    public void readDeadline(long nanos) {}

    @Override
    public void writeDeadline(long nanos) {}

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public void writeTimeout(Duration timeout) {}

    @Override
    public void writeTimeout(Duration timeout, long nanos) {}

    @Override
    public void breakInput(IOException why) {}

    @Override
    public boolean peek() {
        return true;
    }

    @Override
    public boolean failed() {
        return false;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void breakOutput() {}

    @Override
    public void abort() {}

    @Override
    public boolean closed() {
        return false;
    }

    @Override
    public void close() {}
}
