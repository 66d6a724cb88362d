package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;

/**
 * Users set log levels by the names of loggers. They know the type that they use, but not our internal class that logs.
 */
class LoggersTest {
    @ParameterizedTest
    @CsvSource({
        "dev.sluice.proxy.Hooks, dev.sluice.proxy.Exchange",
        "dev.sluice.proxy.server.ErrorPages, dev.sluice.proxy.server.Pipeline",
        "dev.sluice.proxy.server.FailureLog, dev.sluice.proxy.server.Pipeline",
        "dev.sluice.proxy.server.Closing, dev.sluice.proxy.server.ProxyServer",
        "dev.sluice.proxy.server.ProcessEnd, dev.sluice.proxy.server.ProxyServer",
        "dev.sluice.proxy.transport.jdk.JdkClient, dev.sluice.proxy.transport.jdk.JdkTransport",
        "dev.sluice.proxy.transport.jdk.JdkHandshakeLog, dev.sluice.proxy.transport.jdk.JdkTransport",
        "dev.sluice.proxy.transport.jdk.JvmProperties, dev.sluice.proxy.transport.jdk.JdkTransport"
    })
    void aPartLogsByTheNameOfTheWhole(String part, String whole) throws Exception {
        assertThat(loggerOf(Class.forName(part)).getName()).isEqualTo(whole);
        assertThat(Class.forName(whole)).isPublic();
    }

    private static Logger loggerOf(Class<?> type) throws Exception {
        Field field = Arrays.stream(type.getDeclaredFields())
                .filter(each -> each.getType() == Logger.class && Modifier.isStatic(each.getModifiers()))
                .findFirst()
                .orElseThrow();
        field.setAccessible(true);
        return (Logger) field.get(null);
    }
}
