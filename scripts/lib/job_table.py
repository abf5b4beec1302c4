"""Every job that `.sync` waits for: what is asked of its service and what a service answers.

Each row has a key of its own, which is in every request and answer that is about it, so that a fake
service knows which job a request means. Names are spelt as in Step Functions.
"""

ARN = "arn:aws:{0}:us-east-1:000000000000:{1}"


class Job:
    """One row. `told(state)` is the answer to a look, `output(told)` what the task makes of it."""

    def __init__(self, name, service, submit, again, look, **more):
        self.name, self.service, self.submit, self.again, self.look = name, service, submit, again, look
        self.key = more["key"]
        # Parameters beyond the least that the service takes; all of them, where `whole` is set.
        self.given, self.whole = more.get("given", {}), more.get("whole", False)
        self.answer = more.get("answer", {})
        # The members of the answer as `TaskSubmitted` shows them.
        self.shown = more.get("shown", self.answer)
        self.told = more["told"]
        self.running, self.good, self.bad = more["states"]
        self.output = more.get("output", lambda told: told)
        # The operation that calls it off, and its parameters.
        self.stop, self.stop_parameters = more.get("stop", (None, None))
        # Whether its service ends by not knowing it any more.
        self.goes = self.good is None
        # Whether it is done when its service does not know it.
        self.done_when_gone = self.goes or more.get("done_when_gone", False)


def sagemaker(kind, key):
    """One of SageMaker's kinds of job."""
    name, state = f"{kind}JobName", f"{kind}JobStatus"
    return Job(f"sagemaker:create{kind}Job", "sagemaker", f"Create{kind}Job", "name", f"Describe{kind}Job", key=key, given={name: key},
               answer={f"{kind}JobArn": ARN.format("sagemaker", f"job/{key}")}, told=lambda it: {name: key, state: it},
               states=("InProgress", "Completed", "Failed"), stop=(f"Stop{kind}Job", {name: key}))


def codebuild(action, key, member, given):
    """A build, or a batch of builds."""
    state = f"{member}Status"
    several = {"Build": "Builds", "BuildBatch": "BuildBatches"}[member]
    return Job(f"codebuild:{action}", "codebuild", action[0].upper() + action[1:], "doubt", f"BatchGet{several}", key=key, given=given,
               answer={member: {"Id": f"p:{key}", state: "IN_PROGRESS"}}, told=lambda it: {several: [{"Id": f"p:{key}", state: it}]},
               output=lambda told: {member: told[several][0]}, states=("IN_PROGRESS", "SUCCEEDED", "FAILED"),
               stop=(f"Stop{member}", {"Id": f"p:{key}"}))


def eks(member, key):
    """What EKS makes, and then what it deletes."""
    name = {"Cluster": "Name", "Nodegroup": "NodegroupName", "FargateProfile": "FargateProfileName"}[member]
    both = [(f"eks:create{member}", f"{key}a"), (f"eks:delete{member}", f"{key}b")]

    def row(action, key):
        names = {name: key} if member == "Cluster" else {"ClusterName": "c", name: key}
        operation = action[4].upper() + action[5:]
        is_made = operation.startswith("Create")
        broken = "FAILED" if member == "Cluster" else "CREATE_FAILED" if is_made else "DELETE_FAILED"
        states = ("CREATING", "ACTIVE", broken) if is_made else ("DELETING", None, broken)
        told = lambda it: {member: {**names, "Status": it}}
        return Job(action, "eks", operation, "token:ClientRequestToken" if is_made else "once", f"Describe{member}", key=key, given=names,
                   answer=told(states[0]), told=told, states=states, stop=(f"Delete{member}", names) if is_made else (None, None))
    return [row(*each) for each in both]


def applications(key):
    """EMR Serverless: applications and their jobs."""
    def row(action, again, states, **more):
        mine = f"{key}-{action}"
        identity = {"ApplicationId": mine}
        told = lambda it: {"Application": {**identity, "State": it}}
        fields = {"given": identity, "shown": identity, "told": told, "output": lambda found: found["Application"], **more.pop("fields", {})}
        return Job(f"emr-serverless:{action}", "emr-serverless", action[0].upper() + action[1:], again, more.pop("look", "GetApplication"),
                   key=mine, states=states, **fields, **more)

    def run(action):
        ids = {"ApplicationId": "a", "JobRunId": f"{key}-{action}"}
        return ids, {"told": lambda it: {"JobRun": {**ids, "State": it}}, "output": lambda found: found["JobRun"], "answer": ids}

    created = {"ApplicationId": f"{key}-createApplication"}
    started, of_started = run("startJobRun")
    cancelled, of_cancelled = run("cancelJobRun")
    named = {"Name": f"{key}-startJobRun", "ApplicationId": "a"}
    return [
        row("createApplication", "token:ClientToken", ("CREATING", "CREATED", "TERMINATED"), stop=("DeleteApplication", created),
            fields={"given": {"Name": created["ApplicationId"]}, "answer": created}),
        row("startApplication", "once", ("STARTING", "STARTED", "STOPPED"), stop=("StopApplication", {"ApplicationId": f"{key}-startApplication"})),
        row("stopApplication", "once", ("STOPPING", "STOPPED", "TERMINATED")),
        row("deleteApplication", "once", ("STOPPED", "TERMINATED", None), done_when_gone=True),
        row("startJobRun", "token:ClientToken", ("RUNNING", "SUCCESS", "FAILED"), look="GetJobRun", stop=("CancelJobRun", started),
            fields={"given": named, "shown": started, **of_started}),
        row("cancelJobRun", "once", ("CANCELLING", "CANCELLED", "SUCCESS"), look="GetJobRun",
            fields={"given": cancelled, "shown": cancelled, **of_cancelled}),
    ]


def emr(key):
    """EMR, whose parameters and answers Step Functions changes."""
    def cluster(action, again, operation, states, **more):
        mine = f"{key}-{action}"
        return Job(f"elasticmapreduce:{action}", "emr", operation, again, "DescribeCluster", key=mine, whole=True, states=states,
                   told=lambda it: {"Cluster": {"Id": mine, "Status": {"State": it}}}, output=lambda told: {"ClusterId": mine, **told}, **more)

    created, step = f"{key}-createCluster", f"{key}-addStep"
    return [
        cluster("createCluster", "doubt", "RunJobFlow", ("STARTING", "WAITING", "TERMINATED_WITH_ERRORS"),
                given={"Name": created, "Instances": {"KeepJobFlowAliveWhenNoSteps": True}},
                answer={"JobFlowId": created, "ClusterArn": "arn"}, shown={"ClusterId": created, "ClusterArn": "arn"},
                stop=("TerminateJobFlows", {"JobFlowIds": [created]})),
        cluster("terminateCluster", "once", "TerminateJobFlows", ("TERMINATING", "TERMINATED", None),
                given={"ClusterId": f"{key}-terminateCluster"}),
        Job("elasticmapreduce:addStep", "emr", "AddJobFlowSteps", "doubt", "DescribeStep", key=step, whole=True,
            given={"ClusterId": step, "Step": {"Name": "s", "HadoopJarStep": {"Jar": "j"}}},
            answer={"StepIds": [f"s-{step}"]}, shown={"StepId": f"s-{step}"},
            told=lambda it: {"Step": {"Id": f"s-{step}", "Status": {"State": it}}}, states=("RUNNING", "COMPLETED", "FAILED"),
            stop=("CancelSteps", {"ClusterId": step, "StepIds": [f"s-{step}"]})),
    ]


def ecs(key):
    """A task of one container."""
    task = {"TaskArn": ARN.format("ecs", f"task/{key}"), "ClusterArn": "c"}

    def told(state):
        code = {"RUNNING": {}, "DONE": {"ExitCode": 0}, "BROKEN": {"ExitCode": 1}}[state]
        status = "RUNNING" if state == "RUNNING" else "STOPPED"
        return {"Tasks": [{**task, "LastStatus": status, "Containers": [{"Name": "main", **code}]}], "Failures": []}
    return Job("ecs:runTask", "ecs", "RunTask", "token:ClientToken", "DescribeTasks", key=key, given={"TaskDefinition": key, "Cluster": "c"},
               answer={"Tasks": [task], "Failures": []}, told=told, output=lambda found: found["Tasks"][0], states=("RUNNING", "DONE", "BROKEN"),
               stop=("StopTask", {"Cluster": "c", "Task": task["TaskArn"]}))


def containers(key):
    """EMR on EKS: a run, and the end of a virtual cluster."""
    run, gone = f"{key}a", f"{key}b"
    ids = {"Id": run, "VirtualClusterId": "v"}
    return [
        Job("emr-containers:startJobRun", "emr-containers", "StartJobRun", "token:ClientToken", "DescribeJobRun", key=run,
            given={"VirtualClusterId": "v", "Name": run}, answer=ids, told=lambda it: {"JobRun": {**ids, "State": it}},
            states=("RUNNING", "COMPLETED", "FAILED"), stop=("CancelJobRun", ids)),
        Job("emr-containers:deleteVirtualCluster", "emr-containers", "DeleteVirtualCluster", "once", "DescribeVirtualCluster", key=gone,
            given={"Id": gone}, answer={"Id": gone}, told=lambda it: {"VirtualCluster": {"Id": gone, "State": it}},
            states=("TERMINATING", "TERMINATED", "ARRESTED"), done_when_gone=True),
    ]


def simple():
    """The services with one kind of job."""
    custom = ARN.format("bedrock", "model-customization-job/row-bedrock")
    return [
        Job("athena:startQueryExecution", "athena", "StartQueryExecution", "token:ClientRequestToken", "GetQueryExecution", key="row-athena",
            given={"QueryString": "row-athena"}, answer={"QueryExecutionId": "row-athena"},
            told=lambda it: {"QueryExecution": {"QueryExecutionId": "row-athena", "Status": {"State": it}}},
            states=("RUNNING", "SUCCEEDED", "FAILED"), stop=("StopQueryExecution", {"QueryExecutionId": "row-athena"})),
        Job("batch:submitJob", "batch", "SubmitJob", "doubt", "DescribeJobs", key="row-batch", given={"JobName": "row-batch"},
            answer={"JobId": "row-batch", "JobName": "row-batch"}, told=lambda it: {"Jobs": [{"JobId": "row-batch", "JobName": "n", "Status": it}]},
            output=lambda told: told["Jobs"][0], states=("RUNNING", "SUCCEEDED", "FAILED"), stop=("TerminateJob", {"JobId": "row-batch"})),
        Job("bedrock:createModelCustomizationJob", "bedrock", "CreateModelCustomizationJob", "token:ClientRequestToken",
            "GetModelCustomizationJob", key="row-bedrock", given={"JobName": "row-bedrock"}, answer={"JobArn": custom},
            told=lambda it: {"JobArn": custom, "Status": it}, states=("InProgress", "Completed", "Failed"),
            stop=("StopModelCustomizationJob", {"JobIdentifier": custom})),
        Job("databrew:startJobRun", "databrew", "StartJobRun", "doubt", "DescribeJobRun", key="row-databrew", given={"Name": "row-databrew"},
            answer={"RunId": "r"}, told=lambda it: {"JobName": "row-databrew", "RunId": "r", "State": it},
            states=("RUNNING", "SUCCEEDED", "FAILED"), stop=("StopJobRun", {"Name": "row-databrew", "RunId": "r"})),
        Job("glue:startJobRun", "glue", "StartJobRun", "doubt", "GetJobRun", key="row-glue",
            given={"JobName": "row-glue", "Arguments": {"--day": "1"}}, answer={"JobRunId": "r"},
            told=lambda it: {"JobRun": {"Id": "r", "JobName": "row-glue", "JobRunState": it}}, output=lambda told: told["JobRun"],
            states=("RUNNING", "SUCCEEDED", "FAILED"), stop=("BatchStopJobRun", {"JobName": "row-glue", "JobRunIds": ["r"]})),
        Job("mediaconvert:createJob", "mediaconvert", "CreateJob", "token:ClientRequestToken", "GetJob", key="row-mediaconvert",
            given={"Role": "row-mediaconvert"}, answer={"Job": {"Id": "row-mediaconvert", "Status": "SUBMITTED"}},
            told=lambda it: {"Job": {"Id": "row-mediaconvert", "Status": it}}, states=("PROGRESSING", "COMPLETE", "ERROR"),
            stop=("CancelJob", {"Id": "row-mediaconvert"})),
    ]


# What errors of each service begin with.
PREFIXES = {"athena": "Athena", "batch": "Batch", "bedrock": "Bedrock", "codebuild": "CodeBuild", "databrew": "DataBrew", "ecs": "ECS",
            "eks": "EKS", "emr": "ElasticMapReduce", "emr-containers": "EMRContainers", "emr-serverless": "EMRServerless", "glue": "Glue",
            "mediaconvert": "MediaConvert", "sagemaker": "SageMaker"}
KINDS = ("Training", "Transform", "Processing", "HyperParameterTuning", "Labeling")
JOBS = [
    *simple(), ecs("row-ecs"),
    codebuild("startBuild", "row-onebuild", "Build", {"ProjectName": "row-onebuild"}),
    codebuild("startBuildBatch", "row-builds", "BuildBatch", {"ProjectName": "row-builds"}),
    codebuild("retryBuildBatch", "row-retried", "BuildBatch", {"Id": "p:row-retried"}),
    *eks("Cluster", "row-cluster"), *eks("Nodegroup", "row-nodegroup"), *eks("FargateProfile", "row-fargate"),
    *emr("row-emr"), *containers("row-containers"), *applications("row-serverless"),
    *(sagemaker(kind, f"row-sagemaker-{kind}") for kind in KINDS),
]
SERVICES = sorted({job.service for job in JOBS})
