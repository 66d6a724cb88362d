package dev.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.examples.demo.Page.Answer;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.EOFException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisitorTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3\r\n\r\nabc",
                "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n",
                "Connection: close\r\n\r\nabc"
            })
    void aBodyIsReadToItsEndHoweverItIsDelimited(String rest) throws Exception {
        assertThat(answerTo("HTTP/1.1 200 OK\r\n" + rest)).isEqualTo(new Answer(200, 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"
            })
    void anAnswerThatBreaksOffIsAFailureAndIsNotAskedForAgain(String part) throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connections.incrementAndGet();
                    connection.readHead();
                    connection.write(part);
                    connection.close();
                });
                Visitor visitor = new Visitor(origin.address())) {
            assertThatThrownBy(() -> visitor.get("/")).isInstanceOf(EOFException.class);
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void aPageIsRightOnlyWithItsStatusAndLength() {
        Page page = new Page("/small", 3);
        assertThat(page.check(new Answer(200, 3))).isNull();
        assertThat(page.check(new Answer(200, 2))).isEqualTo("GET /small: status 200, 2 bytes");
        assertThat(page.check(new Answer(502, 3))).isEqualTo("GET /small: status 502, 3 bytes");
    }

    private static Answer answerTo(String response) throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write(response);
                    connection.close();
                });
                Visitor visitor = new Visitor(origin.address())) {
            return visitor.get("/");
        }
    }
}
