package dev.sluice.proxy.route;

import static dev.sluice.proxy.route.Requests.ECHO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.proxy.ProxyRequest;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
    private static final Predicate<ProxyRequest> OWN = request -> true;

    @Test
    void aRouteThatRepeatsAnEarlierOneIsRefused() {
        assertRepeats(Route.any(), Route.any());
        assertRepeats(Route.path("/api/**"), Route.path("/%61pi/"));
        assertRepeats(Route.path("/users/{id}"), Route.path("/users/{name}"));
        assertRepeats(Route.path("/a").name("one"), Route.path("/a").name("two").order(5));
        assertRepeats(Route.path("/a").methods("GET", "HEAD"), Route.path("/a").methods("HEAD", "GET"));
        assertRepeats(Route.host("a.test", "*.b.test"), Route.host("*.B.test", "A.test."));
        assertRepeats(
                Route.any().whenHeader("X", "1").whenQuery("q"),
                Route.any().whenHeader("X", "1").whenQuery("q"));
        assertRepeats(Route.any().whenHeaderToken("X", "1"), Route.any().whenHeaderToken("X", "1"));
        assertRepeats(Route.any().when(OWN), Route.any().when(OWN));
        assertRepeats(Route.any().whenHeader("X-A", "1"), Route.any().whenHeader("x-a", "1"));
        assertRepeats(Route.any().whenHeaderToken("X", "a"), Route.any().whenHeaderToken("x", "A"));
        assertRepeats(
                Route.any().whenHeader("X").whenQuery("q"),
                Route.any().whenQuery("q").whenHeader("X"));
    }

    private static void assertRepeats(RouteBuilder first, RouteBuilder second) {
        Route before = first.to(ECHO);
        Route repeating = second.to(ECHO);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Routes.of(before, repeating))
                .withMessage("route \"" + repeating.name() + "\" has exactly the conditions of route \"" + before.name()
                        + "\", which is tried before it: so it would never be taken");
    }

    @Test
    void aRouteThatDiffersInAConditionIsTaken() {
        Routes.of(
                Route.path("/a").to(ECHO),
                Route.path("/a").ignoreCase(true).to(ECHO),
                Route.path("/a/**").to(ECHO),
                Route.path("/a").methods("GET").to(ECHO),
                Route.host("a.test").path("/a").to(ECHO),
                Route.path("/a").whenHeader("X").to(ECHO),
                Route.path("/a").whenHeader("X", "1").to(ECHO),
                Route.path("/a").whenHeader("X", "a").to(ECHO),
                Route.path("/a").whenHeader("X", "A").to(ECHO),
                Route.path("/a").whenQuery("X").to(ECHO),
                Route.path("/a").whenQuery("x").to(ECHO),
                Route.path("/a").when(request -> true).to(ECHO),
                Route.path("/a").when(request -> true).to(ECHO));
    }

    @Test
    void aRouteCoveredByAnEarlierOneIsFound() {
        assertCovers(Route.any(), Route.path("/a"));
        assertCovers(Route.path("/**"), Route.path("/a/{b}/**").methods("GET"));
        assertCovers(Route.path("/a/**"), Route.path("/a"));
        assertCovers(Route.path("/{x}/**"), Route.path("/a/b"));
        assertCovers(Route.path("/{x}"), Route.exactPath("/a"));
        assertCovers(Route.path("/A").ignoreCase(true), Route.path("/a"));
        assertCovers(Route.path("/{x}/**"), Route.path("/a").ignoreCase(true));
        assertCovers(Route.any().methods("GET", "HEAD"), Route.any().methods("GET"));
        assertCovers(Route.host("*.a.test", "b.test"), Route.host("x.a.test", "*.y.a.test", "b.test"));
        assertCovers(Route.any().whenHeader("X"), Route.any().whenHeader("X").whenQuery("q"));
    }

    private static void assertCovers(RouteBuilder first, RouteBuilder second) {
        Route before = first.to(ECHO);
        Route covered = second.to(ECHO);

        assertThat(Routes.of(before, covered).unreachable())
                .containsExactly("route \"" + covered.name() + "\" is never taken: route \"" + before.name()
                        + "\" is tried before it and takes all that it would");
        Routes nested = Routes.of(Route.path("/n/**").to(Routes.of(before, covered)));
        assertThat(nested.unreachable()).hasSize(1);
    }

    @Test
    void aRouteThatCanBeTakenIsNotFound() {
        assertThat(Routes.of(List.of()).unreachable()).isEmpty();
        assertReached(Route.path("/a"), Route.path("/a/**"));
        assertReached(Route.path("/**"), Route.any());
        assertReached(Route.path("/{x}/b"), Route.path("/a/{y}"));
        assertReached(Route.path("/a"), Route.path("/a").ignoreCase(true));
        assertReached(Route.path("/a/**").methods("GET"), Route.path("/a/b"));
        assertReached(Route.host("*.a.test"), Route.host("a.test"));
        assertReached(Route.host("a.test"), Route.path("/x"));
        assertReached(Route.any().whenHeader("X", "1"), Route.any().whenHeader("X"));
        assertReached(Route.any().when(OWN), Route.path("/a"));
    }

    private static void assertReached(RouteBuilder first, RouteBuilder second) {
        assertThat(Routes.of(first.to(ECHO), second.to(ECHO)).unreachable()).isEmpty();
    }
}
