package dev.sluice.lab.chaos;

import dev.sluice.lab.Heads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A connection of an origin, with one request after another. Some get faults. */
final class OriginConnection implements Runnable {
    private static final String ID_FIELD = "\r\n" + Asked.ID_FIELD + ": ";
    /** Every request takes up to this time, so that some are always in flight. */
    private static final int WORK_MILLIS = 20;

    private static final int PIECES = 5;
    private static final int PIECE_MILLIS = 40;

    private final Origin origin;
    private final Socket socket;

    OriginConnection(Origin origin, Socket socket) {
        this.origin = origin;
        this.socket = socket;
    }

    @Override
    public void run() {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String head = Heads.read(in);
            while (!head.isEmpty() && Heads.skipBody(head, in) && answer(head)) {
                head = Heads.read(in);
            }
        } catch (IOException end) {
            // The proxy has closed the connection.
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether the connection can be used again. */
    private boolean answer(String head) throws IOException, InterruptedException {
        if (!head.startsWith("GET /health ") && origin.errs()) {
            write(socket.getOutputStream(), Toll.ORIGIN_ERROR + "Broken\r\nContent-Length: 0\r\n\r\n");
            return true;
        }
        TimeUnit.MILLISECONDS.sleep(
                origin.slowMillis() + ThreadLocalRandom.current().nextInt(WORK_MILLIS + 1));
        int harm = origin.resets() ? ThreadLocalRandom.current().nextInt(4) : -1;
        if (harm == 0) {
            return reset();
        }
        if (head.startsWith("POST ")) {
            int id = head.indexOf(ID_FIELD) + ID_FIELD.length();
            origin.act(head.substring(id, head.indexOf("\r\n", id)));
        }
        if (harm == 1) {
            return reset();
        }
        String[] path =
                head.substring(head.indexOf(' ') + 2, head.indexOf(" HTTP/")).split("/", -1);
        if (!write(path, harm >= 2)) {
            // Either a reset, or an end that looks orderly.
            return harm == 2 && reset();
        }
        return true;
    }

    /** Returns whether everything was written. */
    private boolean write(String[] path, boolean half) throws IOException, InterruptedException {
        boolean chunked = path[0].equals("chunked");
        byte[] body = path.length == 3
                ? Content.of(Long.parseLong(path[2]), Integer.parseInt(path[1]))
                : "well".getBytes(StandardCharsets.US_ASCII);
        String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length;
        OutputStream out = socket.getOutputStream();
        write(out, "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n" + framing + "\r\n\r\n");
        int piece = chunked ? body.length / PIECES + 1 : body.length;
        int end = half ? body.length / 2 : body.length;
        for (int from = 0; from < end; from += piece) {
            int count = Math.min(piece, end - from);
            if (chunked) {
                write(out, Integer.toHexString(count) + "\r\n");
            }
            out.write(body, from, count);
            if (chunked) {
                write(out, "\r\n");
                TimeUnit.MILLISECONDS.sleep(PIECE_MILLIS);
            }
        }
        if (chunked && !half) {
            write(out, "0\r\n\r\n");
        }
        return !half;
    }

    private boolean reset() throws IOException {
        socket.setSoLinger(true, 0);
        return false;
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
