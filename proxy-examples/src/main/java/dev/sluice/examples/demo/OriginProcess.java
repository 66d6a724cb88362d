package dev.sluice.examples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Origin}'s process, which can be killed and started again at the same port. Safe for use by many threads.
 */
final class OriginProcess implements AutoCloseable {
    private final String name;
    private final int port;
    private @Nullable Process process;
    private boolean closed;

    OriginProcess(String name, int port) {
        this.name = name;
        this.port = port;
    }

    String name() {
        return name;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    synchronized boolean running() {
        return process != null && process.isAlive();
    }

    /**
     * Starts the process. It listens when {@link #awaitReady()} returns.
     *
     * @throws UncheckedIOException if the process cannot be started
     */
    synchronized void start() {
        if (closed || running()) {
            return;
        }
        try {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx32m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            // Otherwise a response on a kept connection can wait 40 ms, and more than 200 connections
                            // are not kept.
                            "-Dsun.net.httpserver.nodelay=true",
                            "-Dsun.net.httpserver.maxIdleConnections=2000",
                            "-cp",
                            classes(),
                            Origin.class.getName(),
                            String.valueOf(port))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot start " + name + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * Waits until it listens.
     *
     * @throws UncheckedIOException if it ended instead; the message has its output
     */
    void awaitReady() {
        Process started;
        synchronized (this) {
            started = process;
        }
        if (started == null) {
            return;
        }
        try {
            BufferedReader output = started.inputReader();
            String line = output.readLine();
            if (!Origin.READY.equals(line)) {
                throw new IOException(line == null ? "the process ended at once" : line);
            }
        } catch (IOException failure) {
            String message = "cannot start " + name + " at port " + port + ": " + failure.getMessage();
            throw new UncheckedIOException(message, failure);
        }
    }

    /** Kills the process with SIGKILL, and waits until it is gone. */
    void kill() throws InterruptedException {
        Process victim;
        synchronized (this) {
            victim = process;
        }
        if (victim != null) {
            victim.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** Kills the process for good. */
    @Override
    public synchronized void close() {
        closed = true;
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** The class path that this class was loaded from. Under Maven it is not the JVM's class path. */
    private static String classes() {
        try {
            return Path.of(Origin.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
