package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.FakeUpstream;
import java.net.URI;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberTest {
    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.1:8080,    10.0.0.1:8080",
        "http://10.0.0.1:8080/,   10.0.0.1:8080",
        "https://a.example/base,  a.example/base",
        "https://a.example/base/, a.example/base"
    })
    void theIdOfAUrlIsTheUrlWithoutTheScheme(String url, String id) {
        assertThat(Member.at(url)).isEqualTo(new Member(id, URI.create(url), null, 1, 0, Map.of()));
    }

    @Test
    void otherSettingsAreMadeByCopying() {
        assertThat(Member.at("http://a:1")
                        .withId("blue")
                        .withWeight(3)
                        .withPriority(1)
                        .withTag("zone", "x")
                        .withTag("rack", "7"))
                .isEqualTo(new Member("blue", URI.create("http://a:1"), null, 3, 1, Map.of("zone", "x", "rack", "7")));
    }

    @Test
    void aWrongValueIsNamed() {
        FakeUpstream own = FakeUpstream.named("own");
        refused(
                "upstream URI must be http://host[:port][/path] or https://…: \"http://a b\"",
                () -> Member.at("http://a b"));
        refused(
                "upstream URI has no scheme: write \"http://localhost:9000\" or \"https://localhost:9000\" "
                        + "instead of \"localhost:9000\"",
                () -> Member.at("localhost:9000"));
        refused("member must be a URL with a host: \"http:/a\"", () -> Member.at("http:/a"));
        refused("member must be a URL with a host: \"a\"", () -> Member.at("http:user:secret@a"));
        refused(
                "id of a member must have no control characters: \"a?b\"",
                () -> Member.at("http://a").withId("a\nb"));
        refused(
                "id of a member must not be blank: \" \"",
                () -> Member.at("http://a").withId(" "));
        refused(
                "weight of member \"a\" must be 1 to 1000000: 0",
                () -> Member.at("http://a").withWeight(0));
        refused(
                "weight of member \"own\" must be 1 to 1000000: 1000001",
                () -> Member.of(own).withWeight(1_000_001));
        refused(
                "priority of member \"a\" must be 0 to 99: 100",
                () -> Member.at("http://a").withPriority(100));
        refused(
                "priority of member \"a\" must be 0 to 99: -1",
                () -> Member.at("http://a").withPriority(-1));
        refused(
                "the id of member \"own\" is its upstream's: \"x\"",
                () -> Member.of(own).withId("x"));
        refused(
                "member \"x\" must have the id of its upstream: \"own\"",
                () -> new Member("x", null, own, 1, 0, Map.of()));
        refused(
                "member \"x\" must have either a URL or an upstream",
                () -> new Member("x", null, null, 1, 0, Map.of()));
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
