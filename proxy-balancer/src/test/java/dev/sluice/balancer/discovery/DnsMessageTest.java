package dev.sluice.balancer.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.balancer.discovery.TestDns.Reply;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test has its own thread, so that a reader in an endless loop does not block the others. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DnsMessageTest {
    private static final int ID = 0x1234;
    private static final DnsQuestion ASKED = new DnsQuestion("www.example.test", DnsType.A);
    private static final String HEADER = "1234 8180 0001 0001 0000 0000";
    private static final String QUESTION = "03777777 076578616d706c65 0474657374 00 0001 0001";

    private static @Nullable DnsMessage read(String... hex) throws IOException {
        return DnsMessage.answer(bytes(hex), ID, ASKED);
    }

    private static byte[] bytes(String... hex) {
        return HexFormat.of().parseHex(String.join("", hex).replace(" ", ""));
    }

    private static Reply reply() {
        return Reply.to(ASKED);
    }

    @Test
    void aQuestionIsAHeaderANameATypeAndAClass() {
        assertThat(ASKED.message(ID)).isEqualTo(bytes("1234 0100 0001 0000 0000 0000", QUESTION));
    }

    @Test
    void aRecordWhoseNameIsAPointerIsRead() throws IOException {
        DnsMessage message = read(HEADER, QUESTION, "c00c 0001 0001 0000003c 0004 0a000001");

        assertThat(message).isNotNull();
        assertThat(message.answers()).singleElement().satisfies(record -> {
            assertThat(record.name()).isEqualTo("www.example.test");
            assertThat(record.ttlSeconds()).isEqualTo(60);
            assertThat(record.data()).hasToString("Address[type=A, address=/10.0.0.1]");
        });
    }

    @Test
    void namesIgnoreCase() throws IOException {
        DnsMessage message = read(
                HEADER,
                "03575757 074578616d706c65 0454455354 00 0001 0001",
                "03777757 076578616d706c65 0474657374 00 0001 0001 0000003c 0004 0a000001");

        assertThat(message).isNotNull();
        assertThat(DnsAnswer.of(message, ASKED).records()).hasSize(1);
    }

    @Test
    void recordsOfOtherTypesAndClassesAreIgnored() throws IOException {
        DnsMessage message = DnsMessage.answer(
                reply().record("@", 16, 60, new byte[] {2, 'h', 'i'})
                        .address("@", 60, "10.0.0.1")
                        .record("@", 46, 60, new byte[40])
                        .bytes(ID),
                ID,
                ASKED);

        assertThat(Objects.requireNonNull(message).answers()).hasSize(1);
        assertThat(Objects.requireNonNull(read(HEADER, QUESTION, "c00c 0001 0003 0000003c 0004 0a000001"))
                        .answers())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "another id,         1235 8180 0001 0000 0000 0000",
        "a question,         1234 0180 0001 0000 0000 0000",
        "another operation,  1234 8980 0001 0000 0000 0000",
        "two questions,      1234 8180 0002 0000 0000 0000",
        "no question,        1234 8180 0000 0000 0000 0000",
    })
    void aMessageThatDoesNotAnswerIsPassedOver(String what, String header) throws IOException {
        assertThat(read(header, QUESTION)).as(what).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "03777778 076578616d706c65 0474657374 00 0001 0001",
                "03777777 076578616d706c65 0474657374 00 001c 0001",
                "03777777 076578616d706c65 0474657374 00 0001 0003",
                "03777777 076578616d706c65 04746573",
                ""
            })
    void anAnswerToAnotherQuestionIsPassedOver(String question) throws IOException {
        assertThat(read("1234 8180 0001 0000 0000 0000", question)).isNull();
    }

    @Test
    void anErrorMayComeWithoutTheQuestion() throws IOException {
        DnsMessage message = read("1234 8181 0000 0000 0000 0000");

        assertThat(Objects.requireNonNull(message).code()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "a pointer to itself,         c02200010001 0000003c 0004 0a000001",
        "a pointer forward,           c02400010001 0000003c 0004 0a000001",
        "a pointer past the end,      cfff00010001 0000003c 0004 0a000001",
        "a pointer that is cut off,   c0",
        "a loop of two,               01610161c0220001 0001 0000003c 0004 0a000001",
        "a label of an unknown kind,  416100 0001 0001 0000003c 0004 0a000001",
        "a short address,             c00c 0001 0001 0000003c 0003 0a0000",
        "a long address,              c00c 0001 0001 0000003c 0005 0a00000101",
        "an IPv6 address of 4 bytes,  c00c 001c 0001 0000003c 0004 0a000001",
        "a length past the end,       c00c 0001 0001 0000003c 0004 0a0000",
        "a service without a name,    c00c 0021 0001 0000003c 0006 000100010050",
        "a service with more,         c00c 0021 0001 0000003c 0008 0001000100500000",
        "a record that is cut off,    c00c 0001 0001 00",
        "more than the counts say,    c00c 0001 0001 0000003c 0004 0a000001 00",
        "less than the counts say,    ''"
    })
    void aMalformedAnswerIsAnException(String what, String record) {
        assertThatThrownBy(() -> read(HEADER, QUESTION, record)).as(what).isInstanceOf(IOException.class);
    }

    @Test
    void aNameMayHave255BytesAndNoMore() throws IOException {
        String label = "a".repeat(63);
        String longest = String.join(".", label, label, label, "a".repeat(61));
        DnsMessage message = DnsMessage.answer(reply().alias("@", 1, longest).bytes(ID), ID, ASKED);

        assertThat(Objects.requireNonNull(message).answers().get(0).data()).isEqualTo(new DnsRecord.Alias(longest));
        assertThatThrownBy(() ->
                        DnsMessage.answer(reply().alias("@", 1, longest + "a").bytes(ID), ID, ASKED))
                .hasMessage("a name is too long");
    }

    @Test
    void aNameMayFollowManyPointers() throws IOException {
        // Each record's name is a label and a pointer to the previous name: 118 steps for the last.
        StringBuilder hex = new StringBuilder("1234 8180 0001 0076 0000 0000" + QUESTION);
        int before = 12;
        int at = 34;
        for (int i = 0; i < 118; i++) {
            hex.append(String.format("0161%04x", 0xc000 | before)).append("0010 0001 00000000 0000");
            before = at;
            at += 14;
        }
        assertThat(Objects.requireNonNull(read(hex.toString())).answers()).isEmpty();
    }

    @Test
    void namesWithDifferentBinaryBytesAreDifferent() throws IOException {
        DnsMessage message = DnsMessage.answer(
                reply().alias("@", 1, "a\\b").alias("@", 1, "a\u0001b").bytes(ID), ID, ASKED);

        assertThat(Objects.requireNonNull(message).answers())
                .extracting(DnsRecord::data)
                .containsExactly(new DnsRecord.Alias("a\\\\b"), new DnsRecord.Alias("a\\001b"));
    }

    @Test
    void aTtlWithTheTopBitIsZero() throws IOException {
        DnsMessage message =
                DnsMessage.answer(reply().address("@", -5, "10.0.0.1").bytes(ID), ID, ASKED);

        assertThat(Objects.requireNonNull(message).answers().get(0).ttlSeconds())
                .isZero();
    }

    @Test
    void onlyTheHeaderOfATruncatedMessageCounts() throws IOException {
        byte[] whole = reply().address("@", 1, "10.0.0.1").truncated().bytes(ID);
        DnsMessage message = DnsMessage.answer(Arrays.copyOf(whole, whole.length - 3), ID, ASKED);

        assertThat(Objects.requireNonNull(message).truncated()).isTrue();
        assertThat(message.answers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a..b", "10.0.0.1", "::1", "a b", "a/b", "bücher.test", "127.1"})
    void whatIsNoNameIsNotAsked(String name) {
        assertThatThrownBy(() -> DnsQuestion.requireName("host", name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("host must be a name of the DNS: \"" + name + "\"");
    }

    @Test
    void aNameIsAskedInLowerCaseAndWithoutItsLastDot() {
        assertThat(DnsQuestion.requireName("host", "_Http._tcp.Example.TEST.")).isEqualTo("_http._tcp.example.test");
        assertThatThrownBy(() -> DnsQuestion.requireName("host", "a".repeat(64) + ".test"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DnsQuestion.requireName("host", "a.".repeat(127) + "b"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mutatedMessagesAreReadOrRefusedAndNeverAnythingElse() {
        List<byte[]> valid = List.of(
                reply().address("@", 60, "10.0.0.1")
                        .address("@", 60, "10.0.0.2")
                        .bytes(ID),
                reply().alias("@", 60, "b.@").address("b.@", 5, "::1").bytes(ID),
                reply().service("_a@", 9, 1, 2, 80, "t.@")
                        .authority()
                        .start("@", 9, 9)
                        .additional()
                        .address("t.@", 9, "10.0.0.1")
                        .bytes(ID));
        SplittableRandom random = new SplittableRandom(20261123);
        int read = 0;
        int passedOver = 0;
        int refused = 0;
        for (int i = 0; i < 150_000; i++) {
            byte[] message = mutated(valid.get(random.nextInt(valid.size())), random);
            try {
                DnsMessage answer = DnsMessage.answer(message, ID, ASKED);
                if (answer == null) {
                    passedOver++;
                } else {
                    DnsAnswer.of(answer, ASKED);
                    read++;
                }
            } catch (IOException malformed) {
                refused++;
            } catch (RuntimeException | Error fault) {
                fail("message %d, %s: %s", i, HexFormat.of().formatHex(message), fault);
            }
        }
        // If one of the three made up nearly all, the mutations would test nothing.
        assertThat(List.of(read, passedOver, refused)).allMatch(count -> count > 5_000);
    }

    private static byte[] mutated(byte[] valid, SplittableRandom random) {
        byte[] message = valid.clone();
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            // Mostly after the question, because a message with a changed question is ignored.
            int at = random.nextInt(8) == 0 ? random.nextInt(message.length) : 34 + random.nextInt(message.length - 34);
            switch (random.nextInt(4)) {
                case 0 -> message[at] = (byte) random.nextInt(256);
                case 1 -> message[at] = (byte) (0xc0 | random.nextInt(4));
                case 2 -> message[at] = (byte) random.nextInt(message.length);
                default -> message = Arrays.copyOf(message, Math.max(35, at));
            }
        }
        return message;
    }
}
