package dev.sluice.proxy.contract;

class JdkJdkContractTest extends ProxyContract {
    JdkJdkContractTest() {
        super(Pairing.JDK_JDK);
    }
}
