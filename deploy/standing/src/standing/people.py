"""Who can sign in at the local issuer of a home: the people of the demo's company, two of its partners, and the programs."""

from standing_parts.issuer import Client, Person

PEOPLE = (
    Person("li", "Li Na", ("buyer",)),
    Person("shen", "Shen Kai", ("purchasing-manager",)),
    Person("wang", "Wang Fang", ("quality-engineer",)),
    Person("zhao", "Zhao Lei", ("quality-engineer",)),
    Person("gao", "Gao Yun", ("quality-manager",)),
    Person("qian", "Qian Hui", ("payables",)),
    Person("chen", "Chen Jing", ("salesperson", "key-account-manager")),
    Person("liu", "Liu Yang", ("salesperson",)),
    Person("yang", "Yang Mei", ("salesperson", "key-account-manager")),
    Person("huang", "Huang Jun", ("salesperson",)),
    Person("guo", "Guo Qiang", ("sales-manager",)),
    Person("wu", "Wu Min", ("sales-manager",)),
    Person("ma", "Ma Ling", ("credit-controller",)),
    Person("zhou", "Zhou Tao", ("collector",)),
    Person("sun", "Sun Yi", ("head-of-credit",)),
    Person("he", "He Rui", ("finance",)),
    Person("tang", "Tang Bo", ("operator",)),
    Person("luo", "Luo Xin", ("auditor",)),
    Person("xie", "Xie Hong", ("administrator",)),
    Person("supplier.s-001", "Supplier S-001", ("partner",), partner={"supplier_id": ["S-001"]}),
    Person("ann", "Ann of supplier S-002", partner="supplier:S-002"),
    Person("customer.c-001", "Customer C-001", ("partner",), partner={"customer_id": ["C-001"]}),
)

COMMAND, SERVICES, MONITOR = "standing", "services", "monitor"
CLIENTS = (
    # The command, and the demo's people, in whose name it acts.
    Client(COMMAND, roles=("administrator", "delegate")),
    Client(SERVICES, roles=("service",)),
    Client(MONITOR, roles=("monitor",)),
)
"""Programs that get tokens for themselves; the secret of each is in the home, in ``issuer/secrets``."""
