package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.testing.RawConnection;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One message as it came, read by a strict reader. Immutable.
 *
 * @param head with the empty line
 * @param body without the framing of chunks
 * @param bytes all that was read, the framing too
 * @param fault why a reader could not tell where it ends, or that it ends too early; null if it is whole and clear
 */
record Message(
        String head, String body, String bytes, @Nullable String fault) {
    private static final String CUT = "the connection ended within the body";
    private static final String HALF = "the connection ended within the head of a response";
    private static final String HEAD_END = "\r\n\r\n";

    /** No response at all. */
    static final Message NONE = new Message("", "", "", "the connection ended without a response");

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] [1-9][0-9]{2}[ \r]");

    /**
     * Reads a request.
     *
     * @throws EOFException if the connection ends before its head is whole
     */
    static Message request(RawConnection connection) throws IOException {
        return new Reader(connection).read("");
    }

    /**
     * Reads the final response to a request with this method. Half a head is a message without one.
     *
     * @throws EOFException if the connection ends before it begins
     */
    static Message response(RawConnection connection, String method) throws IOException {
        Message message = new Reader(connection).read(method);
        while (message.whole() && message.status() < 200 && message.status() != 101) {
            message = new Reader(connection).read(method);
        }
        return message;
    }

    /** Returns whether it is whole and clear. */
    boolean whole() {
        return fault == null;
    }

    /** Returns whether there is no whole head of it. */
    boolean isHeadless() {
        return head.isEmpty();
    }

    /** Returns whether it is clear, but ends too early. */
    boolean cut() {
        return CUT.equals(fault);
    }

    /** The mark of a request of the contract; empty for another one. */
    String mark() {
        return Mark.of(head);
    }

    String startLine() {
        return head.substring(0, head.indexOf("\r\n"));
    }

    /** The status of a response; 0 if there is none. */
    int status() {
        return STATUS_LINE.matcher(head).lookingAt() ? Integer.parseInt(head.substring(9, 12)) : 0;
    }

    /** The values of the lines with this name, in order. */
    List<String> all(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return lines(head)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .toList();
    }

    /** Returns whether a field of this name has this text in its value, in any case. */
    boolean has(String name, String part) {
        return all(name).stream()
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)));
    }

    private static Stream<String> lines(String head) {
        return Stream.of(head.split("\r\n")).skip(1);
    }

    /** Reads one message. For one thread. */
    private static final class Reader {
        private final RawConnection connection;
        private final StringBuilder bytes = new StringBuilder();

        Reader(RawConnection connection) {
            this.connection = connection;
        }

        /** Reads a response to this method, or a request if it is empty. */
        Message read(String method) throws IOException {
            String head = method.isEmpty() ? connection.readHead() : responseHead();
            bytes.replace(0, bytes.length(), head);
            if (!head.endsWith(HEAD_END)) {
                return new Message("", "", head, HALF);
            }
            Message alone = new Message(head, "", head, unclear(head));
            if (!method.isEmpty() && alone.status() == 0) {
                return new Message(head, "", head, "no status line");
            }
            if (!alone.whole()) {
                return alone;
            }
            try {
                return new Message(head, body(alone, method), bytes.toString(), null);
            } catch (Fault fault) {
                return new Message(head, "", bytes.toString(), fault.getMessage());
            } catch (SocketTimeoutException silence) {
                throw silence;
            } catch (IOException end) {
                return new Message(head, "", bytes.toString(), CUT);
            }
        }

        /** As far as it comes, if anything does. */
        private String responseHead() throws IOException {
            try {
                while (bytes.length() < HEAD_END.length()
                        || bytes.indexOf(HEAD_END, bytes.length() - HEAD_END.length()) < 0) {
                    exactly(1);
                }
            } catch (EOFException end) {
                if (bytes.length() == 0) {
                    throw end;
                }
            }
            return bytes.toString();
        }

        private String body(Message alone, String method) throws IOException, Fault {
            boolean response = !method.isEmpty();
            int status = response ? alone.status() : 0;
            if (response && (method.equals("HEAD") || status < 200 || status == 204 || status == 304)) {
                return "";
            }
            if (!alone.all("Transfer-Encoding").isEmpty()) {
                return chunks();
            }
            List<String> lengths = alone.all("Content-Length");
            if (!lengths.isEmpty()) {
                return exactly(number(lengths.get(0), 10));
            }
            return response ? untilEnd() : "";
        }

        private String untilEnd() throws IOException {
            String all = connection.readAll();
            bytes.append(all);
            return all;
        }

        private String chunks() throws IOException, Fault {
            StringBuilder body = new StringBuilder();
            while (true) {
                String line = line();
                int extension = line.indexOf(';');
                int size = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
                if (size == 0) {
                    break;
                }
                body.append(exactly(size));
                if (!line().isEmpty()) {
                    throw new Fault("a chunk does not end where it should");
                }
            }
            while (!line().isEmpty()) {
                // A trailer field.
            }
            return body.toString();
        }

        private String exactly(int count) throws IOException {
            int most = 1 << 16;
            StringBuilder text = new StringBuilder(Math.min(count, most));
            for (int left = count; left > 0; left -= most) {
                String piece = connection.readExactly(Math.min(left, most));
                bytes.append(piece);
                text.append(piece);
            }
            return text.toString();
        }

        private String line() throws IOException, Fault {
            StringBuilder line = new StringBuilder();
            while (line.length() < 2 || line.indexOf("\r\n", line.length() - 2) < 0) {
                line.append(exactly(1));
            }
            String text = line.substring(0, line.length() - 2);
            if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
                throw new Fault("a line of the chunks has a CR or an LF alone");
            }
            return text;
        }

        private static int number(String digits, int radix) throws Fault {
            if (!digits.matches(radix == 16 ? "[0-9A-Fa-f]{1,7}" : "[0-9]{1,9}")) {
                throw new Fault("not a size: \"" + digits + "\"");
            }
            return Integer.parseInt(digits, radix);
        }
    }

    /** Why a head has no clear meaning, or null. */
    private static @Nullable String unclear(String head) {
        List<String> faults = new ArrayList<>();
        Message alone = new Message(head, "", head, null);
        List<String> lengths = alone.all("Content-Length");
        List<String> codings = alone.all("Transfer-Encoding");
        if (!lengths.isEmpty() && !codings.isEmpty()) {
            faults.add("both Content-Length and Transfer-Encoding");
        }
        if (lengths.size() > 1 || lengths.stream().anyMatch(value -> !value.matches("[0-9]{1,9}"))) {
            faults.add("not one Content-Length: " + lengths);
        }
        if (codings.size() > 1 || codings.stream().anyMatch(value -> !value.equalsIgnoreCase("chunked"))) {
            faults.add("not one Transfer-Encoding: " + codings);
        }
        if (lines(head).anyMatch(line -> line.startsWith(" ") || line.startsWith("\t"))) {
            faults.add("a line that goes on in the next one (obs-fold)");
        }
        if (head.replace("\r\n", "").matches("(?s).*[\r\n].*")) {
            faults.add("a CR or an LF alone");
        }
        if (lines(head).anyMatch(line -> line.matches("[^:]*\\s+:.*"))) {
            faults.add("white space before a colon");
        }
        return faults.isEmpty() ? null : String.join(", ", faults);
    }

    /** A body whose end nobody can tell. */
    private static final class Fault extends Exception {
        private static final long serialVersionUID = 1;

        Fault(String message) {
            super(message);
        }
    }
}
