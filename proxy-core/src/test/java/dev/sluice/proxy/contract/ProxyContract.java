package dev.sluice.proxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The promises of a proxy with any halves. A case that a half cannot meet asks {@link Limitation}. */
@DisplayNameGeneration(SectionNames.class)
abstract class ProxyContract
        implements HopByHopCases,
                ViaCases,
                ForwardingCases,
                RequestFramingCases,
                ResponseFramingCases,
                BodyCases,
                InterimCases,
                UpgradeCases,
                TargetCases,
                AbortCases,
                OriginMaskCases,
                CapabilityCases,
                TraceCases {
    private final Pairing pairing;

    ProxyContract(Pairing pairing) {
        this.pairing = pairing;
    }

    @Override
    public Pairing pairing() {
        return pairing;
    }

    @Test
    void everyCaseNamesItsSection() {
        assertThat(Stream.of(getClass().getMethods())
                        .filter(ProxyContract::isCase)
                        .filter(method -> method.getAnnotation(Section.class) == null))
                .isEmpty();
    }

    private static boolean isCase(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }
}
