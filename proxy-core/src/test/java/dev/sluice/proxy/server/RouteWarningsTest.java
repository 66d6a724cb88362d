package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.Level;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;

class RouteWarningsTest {
    private static final ProxyHandler OK = request -> ProxyResponse.of(200);

    private final Queue<SubstituteLoggingEvent> events = new LinkedBlockingQueue<>();

    private void log(Routes table, boolean forwards) {
        RouteWarnings.log(
                new EventRecordingLogger(new SubstituteLogger("routes", events, false), events), table, forwards);
    }

    private List<String> lines() {
        assertThat(events).allMatch(event -> event.getLevel() == Level.WARN);
        return events.stream().map(SubstituteLoggingEvent::getMessage).toList();
    }

    @Test
    void theLogWarnsOfAServerWithoutRoutesUnlessItForwards() {
        log(Routes.of(), true);
        assertThat(lines()).isEmpty();

        log(Routes.of(), false);
        assertThat(lines()).containsExactly("there is no route: every request that no filter answers gets 404");
    }

    @Test
    void theLogWarnsOfEachUnreachableRoute() {
        log(
                Routes.of(
                        Route.path("/a/**").to(OK),
                        Route.path("/a/b").name("late").to(OK),
                        Route.path("/c").to(OK)),
                false);

        assertThat(lines())
                .containsExactly(
                        "route \"late\" is never taken: route \"/a/**\" is tried before it and takes all that it"
                                + " would");
    }
}
