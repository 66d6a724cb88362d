package dev.sluice.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Principal;
import dev.sluice.proxy.syntax.Redaction;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;

/** Fields that users add. */
class OwnFieldsTest {
    private record Tenant(String name) {}

    /** A number that looks like none. */
    private static final class Half extends Number {
        private static final long serialVersionUID = 1;

        @Override
        public int intValue() {
            return 0;
        }

        @Override
        public long longValue() {
            return 0;
        }

        @Override
        public float floatValue() {
            return 0.5f;
        }

        @Override
        public double doubleValue() {
            return 0.5;
        }

        @Override
        public String toString() {
            return "1/2 \n";
        }
    }

    private static LoggedExchange logged(String... headers) throws Exception {
        return new LoggedExchange().receive("/x", headers).respond(200, "X-Kind", "b\"c");
    }

    private static AccessLog.Builder some() {
        return AccessLog.builder()
                .addField(
                        "tenant",
                        record -> record.get(Tenant.class) == null
                                ? null
                                : record.get(Tenant.class).name())
                .addField("team", record -> record.request().headers().first("X-Team"))
                .addField("kind", record -> record.responseHeaders().first("X-Kind"))
                .addField("role", record -> record.principal().attributes().get("role"))
                .addField("decisions", record -> record.decisions().size())
                .addField("big", record -> record.status() > 100)
                .addField("none", record -> Optional.empty())
                .addField("odd", record -> Double.NaN);
    }

    private static LoggedExchange whole() throws Exception {
        LoggedExchange logged = logged("X-Team", "a b");
        logged.exchange.put(Tenant.class, new Tenant("acme"));
        logged.exchange.notes().principal(Principal.of("anna").withAttribute("role", "clerk"));
        return logged;
    }

    @Test
    void theyComeFromTheRequestTheResponseTheExchangeAndTheRecord() throws Exception {
        assertThat(whole().line(some()))
                .endsWith(
                        " cache=- tenant=acme team=a\\x20b kind=b\\\"c role=clerk decisions=0 big=true none=- odd=NaN");
        assertThat(whole().line(some().json()))
                .endsWith(
                        ",\"tenant\":\"acme\",\"team\":\"a b\",\"kind\":\"b\\\"c\",\"role\":\"clerk\",\"decisions\":0,"
                                + "\"big\":true,\"odd\":\"NaN\"}");
        assertThat(whole().line(some().json("team", "status"))).isEqualTo("{\"team\":\"a b\",\"status\":200}");
        assertThat(whole().line(some().format("{tenant} \"{team}\" {none} {decisions}")))
                .isEqualTo("acme \"a b\" - 0");
    }

    @Test
    void aNumberThatJsonWouldNotKnowIsAText() throws Exception {
        AccessLog.Builder log = AccessLog.builder().addField("half", record -> new Half());

        assertThat(logged().line(log.json("half", "status"))).isEqualTo("{\"half\":\"1/2 \\n\",\"status\":200}");
        assertThat(logged().line(log.format("{half} {status}"))).isEqualTo("1/2\\x20\\x0a 200");
    }

    @Test
    void aFieldIsRedactedUnlessItSaysSo() throws Exception {
        AccessLog.Builder log = AccessLog.builder()
                .addField("from", record -> "/?token=hunter2")
                .addUnredactedField("open", record -> "/?token=hunter2\n")
                .addUnredactedField(
                        "credentials", record -> record.request().headers().first("Authorization"))
                .addField("number", record -> new BigDecimal("1.50"))
                .format("{from} {open} {credentials} {number}");

        assertThat(logged("Authorization", "Bearer hunter2").line(log))
                .isEqualTo("/?token=*** /?token=hunter2\\x0a *** 1.50");
    }

    @Test
    void whatThrowsIsMissingAndTheLogSaysSoLessOftenEachTime() throws Exception {
        Queue<SubstituteLoggingEvent> events = new ArrayDeque<>();
        Field field = OwnField.of(
                "tenant",
                record -> Integer.parseInt(
                        record.request().headers().first("X-Id").orElseThrow()),
                true,
                LoggedExchange.logger(events));
        LogEntry entry = new LogEntry(logged("X-Id", "hunter2").exchange.record(), Redaction.DEFAULT);
        for (int i = 0; i < 1_000; i++) {
            assertThat(field.of(entry)).isNull();
        }

        List<String> lines = events.stream()
                .map(event -> MessageFormatter.arrayFormat(event.getMessage(), event.getArgumentArray())
                        .getMessage())
                .toList();
        assertThat(lines).hasSize(10);
        assertThat(lines.get(3))
                .startsWith("field \"tenant\" of an access log has failed (8 so far): "
                        + "java.lang.NumberFormatException at dev.sluice.proxy.log.OwnFieldsTest.");
        assertThat(lines).noneMatch(line -> line.contains("hunter2"));
        assertThat(events).allMatch(event -> event.getLevel() == Level.WARN && event.getThrowable() == null);
    }

    @Test
    void aLineWithAFieldThatThrowsHasItsOtherFields() throws Exception {
        AccessLog.Builder log = AccessLog.builder()
                .addField("bad", record -> Objects.requireNonNull(null))
                .addField("worse", record -> new Object() {
                    @Override
                    public String toString() {
                        throw new StackOverflowError();
                    }
                })
                .addField("good", record -> 1);

        assertThat(logged().line(log.format("{bad} {worse} {good} {status}"))).isEqualTo("- - 1 200");
        assertThat(logged().line(log.json("bad", "worse", "good"))).isEqualTo("{\"good\":1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"", "{a}", "a=b", "a\n", "\u00e9"})
    void aNameThatCouldBreakALineIsRefused(String name) {
        assertThatThrownBy(() -> AccessLog.builder().addField(name, record -> 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("name of a field must be letters, digits, and _ . -: \"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "path", "request.X-Team", "tag.zone", "mine"})
    void aNameIsThereOnce(String name) {
        AccessLog.Builder log =
                AccessLog.builder().addField("mine", record -> 1).addField(name, record -> 2);

        assertThatThrownBy(log::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("field \"" + name + "\" is there already: give it another name");
    }
}
