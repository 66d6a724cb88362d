package dev.sluice.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.chaos.Answer.Verdict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {
    private static final int LENGTH = 20;
    private static final int SEED = 5;
    private static final byte[] BODY = Content.of(SEED, LENGTH);

    @ParameterizedTest
    @CsvSource({
        // announced length, seed of the body that is sent, its length, verdict
        "20, 5, 20, COMPLETE",
        "20, 5, 19, ABORTED",
        "20, 5, 0, ABORTED",
        "19, 5, 19, WRONG",
        "20, 8, 20, WRONG"
    })
    void aBodyOfKnownLengthIsJudged(int announced, int seed, int bytes, Verdict verdict) {
        byte[] response = message("Content-Length: " + announced, Content.of(seed, bytes));
        assertThat(read(response).verdict()).isEqualTo(verdict);
    }

    @Test
    void chunksWithTheirLastOneAreComplete() {
        assertThat(read(chunked(LENGTH, "0\r\n\r\n")).verdict()).isEqualTo(Verdict.COMPLETE);
    }

    @Test
    void chunksWithoutTheLastOneAreAborted() {
        assertThat(read(chunked(LENGTH, "")).verdict()).isEqualTo(Verdict.ABORTED);
    }

    @Test
    void chunksThatEndTooEarlyButInOrderAreWrong() {
        assertThat(read(chunked(LENGTH / 2, "0\r\n\r\n")).verdict()).isEqualTo(Verdict.WRONG);
    }

    @Test
    void aBodyWithoutLengthOrChunksIsWrong() {
        assertThat(read(message("X-None: 1", BODY)).verdict()).isEqualTo(Verdict.WRONG);
    }

    @Test
    void aStatusOtherThan200IsAnError() {
        byte[] response = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(read(response)).isEqualTo(Answer.failed(Verdict.ERROR, "HTTP/1.1 502 Bad Gateway"));
    }

    @Test
    void aMissingHeadIsACut() {
        assertThat(read(new byte[0]).verdict()).isEqualTo(Verdict.CUT);
    }

    private static Answer read(byte[] response) {
        Asked asked = new Asked(RequestKind.GET_SHORT, "id", LENGTH, SEED);
        return Answer.read(asked, new ByteArrayInputStream(response));
    }

    private static byte[] chunked(int bytes, String end) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes((Integer.toHexString(bytes) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        body.write(BODY, 0, bytes);
        body.writeBytes(("\r\n" + end).getBytes(StandardCharsets.US_ASCII));
        return message("Transfer-Encoding: chunked", body.toByteArray());
    }

    private static byte[] message(String field, byte[] body) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        message.writeBytes(body);
        return message.toByteArray();
    }
}
