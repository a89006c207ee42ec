"""What generated pages are made of: skills, roles and sentences as real exports have them."""

from __future__ import annotations

from typing import Final, NamedTuple


class Area(NamedTuple):
    """A domain, its groups with their skills, and the topics its summaries list."""

    domain: str
    groups: dict[str, str]
    topics: str


AREAS: Final = (
    Area(
        "Machine Learning & AI",
        {
            "LLM & Generative AI": "LLM Evaluation; Prompt Engineering; LLM Fine-Tuning; RAG Systems",
            "MLOps": "ML Pipelines; Model Serving; Feature Stores; Experiment Tracking",
            "Deep Learning": "Transfer Learning; Computer Vision; Neural Network Architectures",
        },
        "RAG, LangChain/LlamaIndex, prompt templates, embedding, vector databases, LoRA, QLoRA, PEFT, "
        "RLHF, BLEU/ROUGE metrics, human eval, LLM-as-judge, Kubeflow, Vertex AI, MLflow, reproducibility",
    ),
    Area(
        "Backend Development",
        {
            "API & Integration": "REST API Design; GraphQL; gRPC & Protobuf; API Gateways",
            "Concurrency": "Go: Goroutines & Channels; Async Python; Java Virtual Threads",
            "Frameworks": "Spring Boot; ASP.NET Core; Django; Node.js (Express, NestJS)",
        },
        "OpenAPI, versioning, pagination, idempotency, rate limiting, OAuth 2.0, webhooks, schema "
        "evolution, connection pools, back pressure, HTTP/2, caching headers, DDD (tactical patterns)",
    ),
    Area(
        "Data Engineering",
        {
            "Streaming": "Apache Kafka; Apache Flink; Change Data Capture; Kafka Streams",
            "Warehousing": "dbt; Snowflake; BigQuery; Data Modeling; ClickHouse",
            "Data Quality": "Data Contracts; Great Expectations; Data Observability",
        },
        "partitions, consumer groups, exactly-once, schema registry, Debezium, incremental models, "
        "SCD2, star schema, lineage, freshness, data tests, CDC, watermarks, late data, compaction",
    ),
    Area(
        "DevOps & Infrastructure",
        {
            "Containers": "Kubernetes; Docker; Helm; Service Mesh (Istio)",
            "Infrastructure as Code": "Terraform; Ansible; Pulumi; GitOps: Argo CD",
            "Observability": "Prometheus & Grafana; OpenTelemetry; Incident Management; SLO/SLI",
        },
        "pods, operators, HPA/VPA, network policies, RBAC, state files, modules, drift, PromQL, "
        "traces, logs, alerting, error budgets, on-call, canary, blue/green, node pools",
    ),
    Area(
        "Embedded & IoT",
        {
            "RTOS & Real-Time": "FreeRTOS; Zephyr; Interrupt Handling; Real-Time Scheduling",
            "Protocols": "MQTT; CAN Bus; Bluetooth Low Energy; Modbus/TCP",
        },
        "tasks, queues, mutexes, priority inversion, DMA, ISR latency, watchdog, OTA updates, QoS "
        "levels, CAN FD, low power, bootloader, JTAG/SWD, MISRA C",
    ),
    Area(
        "Security",
        {
            "Application Security": "OWASP Top 10; Threat Modeling; SAST/DAST; Secure Code Review",
            "Identity": "OAuth 2.0 & OIDC; Secrets Management; Zero Trust",
        },
        "STRIDE, attack trees, injection, XSS, CSRF, dependency scanning, SBOM, Vault, mTLS, key "
        "rotation, least privilege, WAF, CVSS, penetration tests, audit logs",
    ),
    Area(
        "Frontend & Mobile",
        {
            "Web Frameworks": "React; Vue.js; Angular; Next.js; Svelte",
            "Mobile": "Kotlin: Jetpack Compose; SwiftUI; Flutter; React Native",
            "Quality": "Web Performance; Accessibility (WCAG); End-to-End Tests",
        },
        "hooks, state management, SSR, hydration, Core Web Vitals, code splitting, Redux, signals, "
        "ARIA, design tokens, Lighthouse, Playwright, bundle size, i18n, offline mode",
    ),
    Area(
        "Telecom & Networks",
        {
            "5G Core": "5G Service-Based Architecture; Network Slicing; IMS & VoLTE",
            "Network Engineering": "BGP; Software-Defined Networking; DPDK; Network Automation",
        },
        "AMF, SMF, UPF, PFCP, SIP, Diameter, route reflectors, EVPN/VXLAN, NETCONF/YANG, P4, "
        "telemetry, jitter, packet loss, SR-IOV, peering",
    ),
)

ROLES: Final = tuple(
    role.strip()
    for role in """
    AI Product Engineer; Data Scientist; LLM Engineer; NLP Engineer; ML Engineer; MLOps Engineer;
    Computer Vision Engineer; Backend Developer (C#/.NET); Backend Developer (Java/Kotlin);
    Backend Developer (Python); Backend Developer (Go); Backend Developer (Node.js);
    Systems Programmer (C/C++); Site Reliability Engineer (SRE); AR/VR Developer; 1C Developer;
    QA Engineer (Manual); QA Automation Engineer; Desktop Developer (Electron/Tauri);
    Frontend Developer (React); Frontend Developer (Vue); Frontend Developer (Angular);
    Fullstack Developer; Mobile Developer (iOS); Mobile Developer (Android); Flutter Developer;
    Data Engineer; Analytics Engineer; Data Analyst; BI Analyst; Database Administrator (DBA);
    DevOps Engineer; Platform Engineer; Cloud Architect; Cloud Engineer; Infrastructure Engineer;
    Network Engineer; Telecom Developer; Telecom Architect; Embedded Developer; Firmware Engineer;
    IoT Developer; Robotics Engineer; Security Engineer; AppSec Engineer; Penetration Tester;
    SOC Analyst; Solution Architect; Software Architect; Enterprise Architect; System Analyst;
    Business Analyst; Product Manager; Project Manager; Engineering Manager; Delivery Manager;
    Scrum Master; Technical Writer; UX/UI Designer; Product Designer; UX Researcher; Game Developer;
    Game Designer; Unity Developer; Blockchain Developer; Smart Contract Developer; ERP Consultant;
    Salesforce Developer; Support Engineer (L2/L3); Release Manager; Performance Engineer;
    Developer Advocate; GIS Developer; Bioinformatics Engineer; Quantum Programmer; FPGA Engineer
    """.split(";")
)

ROLES_A_PAGE: Final = {
    1: 90, 2: 250, 3: 205, 4: 160, 5: 100, 6: 75, 7: 35, 8: 25, 9: 20, 10: 15, 12: 12, 15: 8, 35: 4, 70: 1,
}  # fmt: skip
"""How many of a thousand pages have so many roles: 4.0 on average, 70 at most."""

OPENINGS: Final = (
    "Understands; Knows the basics of; Uses; Reads and explains; Follows team guidelines for; Runs "
    "existing; Writes simple tests for; Documents; Configures basic; Reproduces problems in",
    "Independently applies; Implements; Designs small; Configures and monitors; Debugs; Writes "
    "reusable; Reviews changes to; Automates; Migrates existing; Compares alternatives for",
    "Designs; Optimizes; Builds production-grade; Introduces; Leads the rollout of; Mentors the "
    "team in; Solves hard failures of; Measures and tunes; Establishes reviews of; Secures",
    "Defines standards for; Owns the roadmap of; Coordinates teams around; Shapes the architecture "
    "of; Sets quality gates for; Drives adoption of; Evaluates vendors for; Consolidates; Governs",
    "Sets the company-wide strategy for; Defines the long-term direction of; Advises leadership on; "
    "Represents the company in matters of; Anticipates industry shifts in; Aligns budgets with; "
    "Sponsors research into; Establishes organizational governance of",
)
"""How descriptions begin, level by level."""

OBJECTS: Final = """
    data validation and model training stages; message queues and delivery guarantees; deployment
    pipelines (GitHub Actions, GitLab CI); inference endpoints and their error rates; schema changes
    without downtime; request tracing across services; prompt chains and few-shot examples; access
    control for shared environments; load tests at ~10,000 requests/s; on-call runbooks and alerts;
    batch jobs over partitioned tables; retry and back-off policies; golden data sets for regression;
    memory and CPU profiles of hot paths; release notes and migration guides; feature flags and staged
    rollouts; cache invalidation rules; component libraries and design tokens; firmware updates over
    the air; threat models for public interfaces; cost reports by team and service; evaluation metrics
    (BLEU, ROUGE, F1 > 0.9); contracts between producers and consumers; infrastructure modules shared
    by several teams; data → features → training → deployment flows; service objectives (99.95 %);
    index strategies and query plans; background synchronization on unstable networks; accessibility
    audits of core user journeys; embeddings for similarity search; configuration in `values.yaml`;
    backups and restore drills; interface versions and deprecation; sensor calibration — offline and
    online; packet captures and protocol traces; dashboards for product owners; incident reviews
    without blame; dependency updates and license checks; test environments on demand; R&D prototypes
    and proofs of concept
"""

ENDINGS: Final = """
    under the guidance of a mentor; together with product and design; in line with team conventions;
    and reports the results to stakeholders; using standard tooling and SDKs; with attention to edge
    cases; across several services; and keeps p99 latency below 50 ms; for two or more product lines;
    and documents trade-offs in ADRs; within the agreed error budget; while reducing cost by 20-30 %;
    through automated checks in CI/CD; for critical production systems; and shares the findings in
    tech talks; with measurable impact on quality; before every major release; on a regular schedule;
    across time zones and vendors; and retires what is no longer needed
"""

OWN_LANGUAGE: Final = {
    "de": """
    Versteht die Grundlagen und wendet sie unter Anleitung an.; Arbeitet selbstständig mit den
    üblichen Werkzeugen und prüft die eigenen Ergebnisse.; Entwirft Lösungen für den Betrieb und
    begründet die Wahl der Mittel.; Legt Standards für mehrere Teams fest und überprüft deren
    Einhaltung.; Verantwortet die langfristige Ausrichtung und berät die Geschäftsführung.; Schreibt
    Tests für die wichtigsten Fälle und dokumentiert Abweichungen.; Erkennt Engpässe früh und behebt
    ihre Ursachen statt der Symptome.; Stimmt Schnittstellen mit den Nachbarteams ab.
    """,
    "es": """
    Comprende los fundamentos y los aplica con el apoyo de un mentor.; Trabaja de forma autónoma con
    las herramientas habituales y revisa sus propios resultados.; Diseña soluciones para producción y
    justifica las decisiones técnicas.; Define estándares para varios equipos y verifica su
    cumplimiento.; Dirige la estrategia a largo plazo y asesora a la dirección.; Escribe pruebas para
    los casos más importantes y documenta las desviaciones.; Detecta cuellos de botella y elimina sus
    causas.; Coordina las interfaces con los equipos vecinos.
    """,
    "zh": """
    理解基本概念，并在导师指导下完成日常任务。; 独立使用常用工具解决典型问题，并检查自己的结果。;
    为生产系统设计方案，说明技术选型的理由。; 为多个团队制定标准，并定期检查执行情况。;
    负责长期技术方向，为管理层提供建议。; 为重要场景编写测试，记录偏差和改进措施。;
    及早发现性能瓶颈，从根本上消除原因。; 与相邻团队协调接口和发布计划。
    """,
}

TEMPLATES: Final = (
    "Understands the fundamentals of {skill}. Applies basic practices in daily work.",
    "Independently applies {skill} in practice. Understands trade-offs of different approaches.",
    "Has deep expertise in {skill}. Designs solutions for production systems. Mentors the team.",
    "Defines {skill} strategy at the team/product level. Establishes standards and best practices.",
    "Defines {skill} strategy at the organizational level. Establishes enterprise approaches.",
)
"""What some real descriptions are made from, level by level."""


def listed(text: str, separator: str = ";") -> tuple[str, ...]:
    """Return the entries of a list written as text over several lines."""
    return tuple(" ".join(entry.split()) for entry in text.split(separator))
