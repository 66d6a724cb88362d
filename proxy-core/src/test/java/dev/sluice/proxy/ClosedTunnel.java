package dev.sluice.proxy;

import java.io.InputStream;
import java.io.OutputStream;

/** A tunnel for tests that carries nothing, and records that it was closed. */
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
