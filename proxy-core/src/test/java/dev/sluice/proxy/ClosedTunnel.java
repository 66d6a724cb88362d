package dev.sluice.proxy;

import java.io.InputStream;
import java.io.OutputStream;

/** A tunnel for tests through which nothing goes, and which says when it is closed. */
public record ClosedTunnel(String protocol, Runnable closed) implements Tunnel {
    @Override
    public InputStream in() {
        return InputStream.nullInputStream();
    }

    @Override
    public OutputStream out() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {
        closed.run();
    }
}
