package dev.sluice.lab.chaos;

import dev.sluice.lab.ChildProcess;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An origin, in its own process. Lines on its standard input are commands: {@code slow 300} delays answers by this
 * number of milliseconds, {@code reset 50} and {@code error 50} affect this percentage of the requests, {@code normal}
 * ends all that. The origin ends with its input.
 */
final class Origin {
    private static final int BACKLOG = 1_024;

    private final FileOutputStream ids;
    private volatile int slowMillis;
    private volatile int resetPercent;
    private volatile int errorPercent;

    private Origin(String idsFile) throws IOException {
        this.ids = new FileOutputStream(idsFile, true);
    }

    /** Starts the origin. The first argument is the port, 0 for a free one; the second is the file for the ids. */
    public static void main(String[] args) throws IOException {
        Origin origin = new Origin(args[1]);
        ServerSocket server = listen(Integer.parseInt(args[0]));
        Thread acceptor = new Thread(() -> origin.accept(server), "accept");
        acceptor.setDaemon(true);
        acceptor.start();
        System.out.println(ChildProcess.READY + server.getLocalPort());
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            origin.obey(line.split(" ", 2));
            System.out.println(line + " done");
        }
        Runtime.getRuntime().halt(0);
    }

    /**
     * A free port from 20000 to 30000. The system would pick a port from the range of outgoing connections, and such a
     * connection could take the port while the origin is dead.
     */
    private static ServerSocket listen(int port) throws IOException {
        while (true) {
            int wanted = port == 0 ? ThreadLocalRandom.current().nextInt(20_000, 30_000) : port;
            try {
                return new ServerSocket(wanted, BACKLOG, InetAddress.getLoopbackAddress());
            } catch (BindException taken) {
                if (port != 0) {
                    throw taken;
                }
            }
        }
    }

    private void obey(String[] words) {
        slowMillis = words[0].equals("slow") ? Integer.parseInt(words[1]) : 0;
        resetPercent = words[0].equals("reset") ? Integer.parseInt(words[1]) : 0;
        errorPercent = words[0].equals("error") ? Integer.parseInt(words[1]) : 0;
    }

    private void accept(ServerSocket server) {
        ExecutorService threads = Executors.newCachedThreadPool();
        while (true) {
            try {
                Socket socket = server.accept();
                threads.execute(new OriginConnection(this, socket));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    int slowMillis() {
        return slowMillis;
    }

    /** Returns whether this request must be reset. */
    boolean resets() {
        return isOneOf(resetPercent);
    }

    /** Returns whether this request must be answered with an error. */
    boolean errs() {
        return isOneOf(errorPercent);
    }

    private static boolean isOneOf(int percent) {
        return percent > 0 && ThreadLocalRandom.current().nextInt(100) < percent;
    }

    /** Acts on a request that must not be done twice: one write, which is there completely or not at all. */
    void act(String id) throws IOException {
        ids.write((id + '\n').getBytes(StandardCharsets.US_ASCII));
    }
}
