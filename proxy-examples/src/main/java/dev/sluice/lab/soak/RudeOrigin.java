package dev.sluice.lab.soak;

import dev.sluice.lab.Heads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An origin that answers most requests correctly. The others get broken answers, or none. */
final class RudeOrigin implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    RudeOrigin() throws IOException {
        threads.execute(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                threads.execute(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The soak is over.
        }
    }

    private void serve(Socket socket) {
        Random random = new Random();
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (answer(Heads.read(in), in, socket, random)) {
                socket.getOutputStream().flush();
            }
        } catch (IOException end) {
            // The proxy or this end has closed the connection.
        } finally {
            open.remove(socket);
        }
    }

    /** Returns whether the connection can be used again. */
    private static boolean answer(String head, InputStream in, Socket socket, Random random) throws IOException {
        OutputStream out = socket.getOutputStream();
        if (head.isEmpty()) {
            return false;
        }
        if (head.contains("Upgrade: echo")) {
            send(out, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
            in.transferTo(out);
            return false;
        }
        if (head.contains(LargeBodies.PATH)) {
            boolean whole = Heads.skipBody(head, in);
            send(out, "HTTP/1.1 200 OK\r\nContent-Length: " + LargeBodies.LENGTH + "\r\n\r\n");
            LargeBodies.send(out);
            return whole;
        }
        int kind = random.nextInt(20);
        if (kind == 0) {
            socket.setSoLinger(true, 0);
            return false;
        }
        if (kind == 1) {
            send(out, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return false;
        }
        if (!Heads.skipBody(head, in)) {
            return false;
        }
        byte[] body = new byte[random.nextInt(100_000)];
        switch (kind) {
            case 2 -> in.transferTo(OutputStream.nullOutputStream()); // stalls until the proxy gives up
            case 3 -> {
                send(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nnot all");
                return false;
            }
            case 4 -> {
                send(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                return false;
            }
            case 5 -> send(out, "HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\n");
            case 6 -> {
                send(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end");
                return false;
            }
            case 7 -> {
                send(out, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                send(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                return true;
            }
            case 8 -> {
                send(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n");
                send(out, "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
                return true;
            }
            default -> {
                send(out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
                out.write(body);
                return true;
            }
        }
        return false;
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
