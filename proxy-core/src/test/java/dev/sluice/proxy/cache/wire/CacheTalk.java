package dev.sluice.proxy.cache.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.contract.Message;
import dev.sluice.proxy.syntax.HttpDate;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The script of one row: what the origin answers, in order, and what a client asks and gets, in real bytes. Fields are
 * lines such as {@code Age: 5}; in them {@code @} and a number stand for the date so many seconds from now, such as {@code
 * @-60}.
 */
final class CacheTalk {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    final CacheWire wire;
    private final boolean forward;
    private final String name = "t" + NUMBER.incrementAndGet();
    private final List<Play> answers = new ArrayList<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();

    CacheTalk(CacheWire wire, boolean forward) {
        this.wire = wire;
        this.forward = forward;
        wire.talks.put(name, this);
    }

    /** What the origin does when it has read a request. */
    @FunctionalInterface
    interface Play {
        void on(RawConnection connection, String head) throws Exception;
    }

    // What the origin does.

    /** The origin's next answer: 200 with these fields, a date, and a body with its number: {@code answer 1} and so on. */
    CacheTalk ok(String... lines) {
        return answer(200, lines);
    }

    CacheTalk answer(int status, String... lines) {
        return body(status, "answer " + (answers.size() + 1), lines);
    }

    CacheTalk body(int status, String body, String... lines) {
        return plays((connection, head) -> connection.write(text(head, status, body, lines)));
    }

    CacheTalk plays(Play play) {
        answers.add(play);
        return this;
    }

    /** The origin closes the connection without an answer; the proxy may ask again, and gets the same. */
    CacheTalk dies() {
        return plays((connection, head) -> {
            answers.add(answers.get(answers.size() - 1));
            connection.close();
        });
    }

    String text(String head, int status, String body, String... lines) {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " Because\r\n");
        boolean dated = false;
        boolean framed = status == 204 || status == 304;
        for (String line : lines) {
            dated |= line.startsWith("Date:") || line.equals("no date");
            framed |= line.startsWith("Content-Length:") || line.startsWith("Transfer-Encoding:");
            text.append(line.equals("no date") ? "" : dates(line) + "\r\n");
        }
        text.append(dated ? "" : dates("Date: @0\r\n"));
        text.append(framed ? "" : "Content-Length: " + body.length() + "\r\n").append("\r\n");
        boolean bodiless = status == 204 || status == 304 || head.startsWith("HEAD ");
        return text.append(bodiless ? "" : body).toString();
    }

    /** The line with the dates that it stands for. */
    String dates(String line) {
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (int at = line.indexOf('@'); at >= 0; at = line.indexOf('@', from)) {
            int end = at + 1;
            while (end < line.length() && (Character.isDigit(line.charAt(end)) || line.charAt(end) == '-')) {
                end++;
            }
            text.append(line, from, at)
                    .append(HttpDate.format(now().plusSeconds(Long.parseLong(line.substring(at + 1, end)))));
            from = end;
        }
        return text.append(line.substring(from)).toString();
    }

    void answer(String head, RawConnection connection) throws Exception {
        int length = head.toLowerCase(java.util.Locale.ROOT).indexOf("\r\ncontent-length: ");
        if (length >= 0) {
            int end = head.indexOf('\r', length + 2);
            connection.readExactly(Integer.parseInt(head.substring(length + 18, end)));
        }
        heads.add(head);
        int index = heads.size() - 1;
        if (index < answers.size()) {
            answers.get(index).on(connection, head);
        } else {
            connection.write(text(head, 200, "unexpected request " + heads.size()));
        }
    }

    // What the client does.

    CacheReply get(String... lines) throws IOException {
        return send("GET", "", lines);
    }

    /** Sends a request to the path of this row and what is added to it, and waits until the cache has stored the answer. */
    CacheReply send(String method, String more, String... lines) throws IOException {
        int before = heads.size();
        try (RawConnection client = RawConnection.connect(wire.server.address())) {
            client.write(request(method, more, lines));
            Message message = Message.response(client, method);
            settle();
            return new CacheReply(message, before, asked());
        }
    }

    String request(String method, String more, String... lines) {
        StringBuilder text = new StringBuilder(method + ' ' + (forward ? wire.origin.uri() : "") + path(more))
                .append(" HTTP/1.1\r\nHost: ")
                .append(wire.origin.uri().getAuthority())
                .append("\r\n");
        String body = "";
        for (String line : lines) {
            if (line.startsWith("body ")) {
                body = line.substring(5);
                text.append("Content-Length: ").append(body.length()).append("\r\n");
            } else {
                text.append(dates(line)).append("\r\n");
            }
        }
        return text.append("\r\n").append(body).toString();
    }

    /** Waits until the cache stores nothing any more. */
    void settle() {
        Awaited.isTrue(() -> wire.cache.snapshot().fills() == 0);
    }

    void advance(int seconds) {
        wire.time.advance(Duration.ofSeconds(seconds));
    }

    Instant now() {
        return wire.time.now();
    }

    String path(String more) {
        return '/' + name + more;
    }

    /** The URL by which clients of this way know the row's path. */
    String url(String more) {
        return "http://" + wire.origin.uri().getAuthority() + path(more);
    }

    /** The heads of the requests that the origin has got for this row. */
    List<String> asked() {
        return List.copyOf(heads);
    }

    void isAsked(int times) {
        assertThat(heads).hasSize(times);
    }
}
