package dev.sluice.proxy.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.auth.AuthResult;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.header.Forwarding.Mode;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who sends a request, as an origin is told. */
class UserFieldTest {
    private static final String[] FORGED = {
        "X-Remote-User",
        "root",
        "x-remote-user",
        "root",
        "X_Remote_User",
        "root",
        "x_remote-USER",
        "root",
        "X-Remote",
        "1"
    };

    private final FakeUpstream origin = FakeUpstream.named("origin").answer(200, "ok");

    private static ProxyFilter knows(String name) {
        return Authentication.require(request -> AuthResult.accepted(Principal.of(name)));
    }

    /** What the origin gets in fields whose name begins so. */
    private List<String> told(Pipeline.Builder server, String path) throws Exception {
        TestClient.of(server.build()).send("GET", path, Headers.of(FORGED), new byte[0]);
        List<String> told = new ArrayList<>();
        origin.requests().get(origin.requests().size() - 1).headers().forEach((name, value) -> {
            if (name.toLowerCase(java.util.Locale.ROOT).startsWith("x-remote") || name.contains("_")) {
                told.add(name + "=" + value);
            }
        });
        return told;
    }

    @ParameterizedTest
    @CsvSource({
        "anna, anna",
        "'CN=Anna Smith,O=Ex', 'CN=Anna%20Smith,O=Ex'",
        "zoë, zo%C3%AB",
        "50%, 50%25",
        "' a ', '%20a%20'",
    })
    void theNameIsTheOnlyValue(String name, String value) throws Exception {
        Pipeline.Builder server = Pipeline.builder()
                .userField("X-Remote-User")
                .addFilter(knows(name))
                .addRoute("/**", ReverseProxy.to(origin));

        assertThat(told(server, "/")).containsExactly("X-Remote=1", "X-Remote-User=" + value);
    }

    @Test
    void aNameCannotBreakTheField() throws Exception {
        Pipeline.Builder server = Pipeline.builder()
                .userField("X-Remote-User")
                .addFilter(knows("a\r\nX-Remote-Role: admin"))
                .addRoute("/**", ReverseProxy.to(origin));

        assertThat(told(server, "/")).containsExactly("X-Remote=1", "X-Remote-User=a%0D%0AX-Remote-Role:%20admin");
    }

    @Test
    void withoutAPrincipalThereIsNone() throws Exception {
        Pipeline.Builder server =
                Pipeline.builder().userField("X-Remote-User").addRoute("/**", ReverseProxy.to(origin));

        assertThat(told(server, "/")).containsExactly("X-Remote=1");
    }

    @Test
    void noRouteLetsAClientSendWhatAnyRouteTells() throws Exception {
        Forwarding telling = Forwarding.builder().userField("x-remote-user").build();
        Forwarding silent = Forwarding.builder().trust("127.0.0.0/8").build();
        Pipeline.Builder server = Pipeline.builder()
                .trust("127.0.0.0/8")
                .addRoute(Route.path("/known/**")
                        .addFilter(knows("anna"))
                        .to(ReverseProxy.builder(origin).forwarding(telling).build()))
                .addRoute(
                        "/silent/**",
                        ReverseProxy.builder(origin).forwarding(silent).build())
                .addRoute(
                        "/off/**",
                        ReverseProxy.builder(origin).forwarding(Forwarding.OFF).build())
                .addRoute("/**", ReverseProxy.to(origin));

        assertThat(told(server, "/known/x")).containsExactly("X-Remote=1", "x-remote-user=anna");
        for (String path : List.of("/silent/x", "/off/x", "/x")) {
            assertThat(told(server, path)).containsExactly("X-Remote=1");
        }
    }

    @Test
    void itDoesNotDependOnTheModeAndACopyKeepsIt() {
        for (Mode mode : Mode.values()) {
            Forwarding rule = Forwarding.builder().userField("X-Remote-User").mode(mode).build().toBuilder()
                    .build();
            assertThat(rule.userField()).isEqualTo("X-Remote-User");
            assertThat(rule.applyUser(Headers.of(FORGED), Principal.of("anna")))
                    .isEqualTo(Headers.of("X-Remote", "1", "X-Remote-User", "anna"));
        }
        assertThat(Forwarding.DEFAULT.userField()).isNull();
        assertThat(Forwarding.DEFAULT.applyUser(Headers.of(FORGED), null)).isEqualTo(Headers.of(FORGED));
    }

    @Test
    void whatNoRequestCanHaveIsRefused() {
        assertThatThrownBy(() -> Forwarding.builder().userField("a b"))
                .hasMessage("userField must be the name of a field that a request can have behind a proxy: a b");
        assertThatThrownBy(() -> Pipeline.builder().userField("x-forwarded_for"))
                .hasMessage("userField must not be a field of forwarding: x-forwarded_for");
        assertThatThrownBy(() -> Pipeline.builder().userField("Connection")).hasMessageContaining("Connection");
    }
}
