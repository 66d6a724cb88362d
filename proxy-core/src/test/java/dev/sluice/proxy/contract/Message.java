package dev.sluice.proxy.contract;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.testing.RawConnection;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * One message as it was received, in its parts.
 *
 * @param start the request line or status line
 * @param headers names and values, case and order as received
 * @param body the content without the framing of chunks
 * @param trailers the fields after the last chunk
 * @param whole whether the body ended as its framing says; always true if the end of the connection delimits it
 * @param interim the 1xx responses before it
 * @param raw the head as it was received, with the empty line
 */
public record Message(
        String start,
        Headers headers,
        String body,
        Headers trailers,
        boolean whole,
        List<Message> interim,
        String raw) {
    /** A text block as a message, with CR LF as line ends. */
    public static String http(String lines) {
        return lines.replace("\n", "\r\n");
    }

    /** Reads the next request of a connection. */
    public static Message request(RawConnection connection) throws IOException {
        return request(connection, connection.readHead());
    }

    /** Reads the rest of a request whose head has been read. */
    static Message request(RawConnection connection, String head) throws IOException {
        return read(connection, head, true, List.of());
    }

    /**
     * Reads the final response to a request with this method, and the interim responses before it.
     *
     * @throws EOFException if the connection ends first
     */
    public static Message response(RawConnection connection, String method) throws IOException {
        return response(connection, method, () -> {});
    }

    /** What a client does when it is told to go on (RFC 9110 §10.1.1). */
    interface Continued {
        void sendBody() throws IOException;
    }

    /** The same, where a client waits for a 100. */
    static Message response(RawConnection connection, String method, Continued continued) throws IOException {
        List<Message> interim = new ArrayList<>();
        while (true) {
            String head = connection.readHead();
            int status = Integer.parseInt(head.substring(9, 12));
            boolean bodiless = method.equals("HEAD") || status < 200 || status == 204 || status == 304;
            Message message = read(connection, head, bodiless, List.copyOf(interim));
            if (status >= 200 || status == 101) {
                return message;
            }
            interim.add(message);
            if (status == 100) {
                continued.sendBody();
            }
        }
    }

    private static Message read(RawConnection connection, String head, boolean noBodyUnlessSaid, List<Message> interim)
            throws IOException {
        Headers headers = fields(head);
        String start = head.substring(0, head.indexOf("\r\n"));
        boolean response = start.startsWith("HTTP/");
        StringBuilder body = new StringBuilder();
        Headers.Builder trailers = Headers.builder();
        boolean whole = true;
        try {
            if (response && noBodyUnlessSaid) {
                whole = true;
            } else if (headers.hasToken("Transfer-Encoding", "chunked")) {
                chunks(connection, body, trailers);
            } else if (headers.has("Content-Length")) {
                long length = Long.parseLong(headers.first("Content-Length").orElseThrow());
                while (body.length() < length) {
                    body.append(connection.readExactly(1));
                }
            } else if (response) {
                body.append(connection.readAll());
            }
        } catch (SocketTimeoutException silence) {
            throw silence;
        } catch (IOException cut) {
            whole = false;
        }
        return new Message(start, headers, body.toString(), trailers.build(), whole, interim, head);
    }

    /** The fields of a head. */
    static Headers fields(String head) {
        String[] lines = head.substring(0, head.length() - 4).split("\r\n");
        Headers.Builder fields = Headers.builder();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            fields.add(
                    lines[i].substring(0, colon), lines[i].substring(colon + 1).strip());
        }
        return fields.build();
    }

    private static void chunks(RawConnection connection, StringBuilder body, Headers.Builder trailers)
            throws IOException {
        while (true) {
            int left = Integer.parseInt(line(connection), 16);
            if (left == 0) {
                break;
            }
            for (; left > 0; left--) {
                body.append(connection.readExactly(1));
            }
            line(connection);
        }
        for (String field = line(connection); !field.isEmpty(); field = line(connection)) {
            int colon = field.indexOf(':');
            trailers.add(field.substring(0, colon), field.substring(colon + 1).strip());
        }
    }

    private static String line(RawConnection connection) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < 2 || line.indexOf("\r\n", line.length() - 2) < 0) {
            line.append(connection.readExactly(1));
        }
        return line.substring(0, line.length() - 2);
    }

    public int status() {
        return Integer.parseInt(start.substring(9, 12));
    }

    /** The value of the field's only line, or null without the field. */
    public String field(String name) {
        List<String> lines = headers.all(name);
        if (lines.size() > 1) {
            throw new AssertionError(name + " is there " + lines.size() + " times: " + lines);
        }
        return lines.isEmpty() ? null : lines.get(0);
    }

    /** Returns whether the sender announces that it closes the connection. */
    public boolean saysClose() {
        return headers.hasToken("Connection", "close");
    }
}
