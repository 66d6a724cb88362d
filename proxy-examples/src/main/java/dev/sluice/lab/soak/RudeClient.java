package dev.sluice.lab.soak;

import dev.sluice.lab.Heads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** A client that sends one request after another, and often leaves at a bad moment. */
final class RudeClient implements Runnable {
    private static final String HOST = " HTTP/1.1\r\nHost: soak.test\r\n";

    private final InetSocketAddress proxy;
    private final Random random;
    private final BooleanSupplier goesOn;
    private final Tally tally;

    RudeClient(InetSocketAddress proxy, long seed, BooleanSupplier goesOn, Tally tally) {
        this.proxy = proxy;
        this.random = new Random(seed);
        this.goesOn = goesOn;
        this.tally = tally;
    }

    @Override
    public void run() {
        while (goesOn.getAsBoolean()) {
            try (Socket socket = new Socket()) {
                socket.connect(proxy);
                socket.setSoTimeout(20_000);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                while (goesOn.getAsBoolean() && ask(socket, in)) {
                    tally.answered();
                }
            } catch (IOException broken) {
                tally.broken();
            }
        }
    }

    /** Returns whether the answer was complete and the connection can be used again. */
    private boolean ask(Socket socket, InputStream in) throws IOException {
        OutputStream out = socket.getOutputStream();
        switch (random.nextInt(12)) {
            case 0 -> {
                send(out, "GET /half HT");
                return leave(socket);
            }
            case 1 -> {
                send(out, "GET /gone" + HOST + "\r\n");
                return leave(socket);
            }
            case 2 -> {
                send(out, "POST /half" + HOST + "Content-Length: 100000\r\n\r\nonly this");
                return leave(socket);
            }
            case 3 -> {
                send(out, "POST /chunks" + HOST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                if (random.nextBoolean()) {
                    return leave(socket);
                }
                send(out, "0\r\n\r\n");
            }
            case 4 -> {
                send(out, "GET /part" + HOST + "\r\n");
                in.read();
                return leave(socket);
            }
            case 5 -> {
                send(out, "GET /echo" + HOST + "Connection: Upgrade\r\nUpgrade: echo\r\n\r\n");
                boolean switched = Heads.read(in).startsWith("HTTP/1.1 101");
                if (switched) {
                    send(out, "ping");
                    in.readNBytes(4);
                }
                return leave(socket);
            }
            case 6 -> {
                int length = random.nextInt(200_000);
                send(out, "PUT /all" + HOST + "Expect: 100-continue\r\nContent-Length: " + length + "\r\n\r\n");
                out.write(new byte[length]);
            }
            default -> send(out, "GET /whole" + HOST + "\r\n");
        }
        return answered(in);
    }

    private static boolean answered(InputStream in) throws IOException {
        String head = Heads.read(in);
        while (head.startsWith("HTTP/1.1 1")) {
            head = Heads.read(in);
        }
        return !head.isEmpty() && Heads.skipBody(head, in) && !head.contains("Connection: close");
    }

    private boolean leave(Socket socket) throws IOException {
        if (random.nextBoolean()) {
            socket.setSoLinger(true, 0);
        }
        tally.left();
        return false;
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
