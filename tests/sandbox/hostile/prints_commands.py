# costs: gelu_prime
# attack: commands to a CI runner: prints and raises commands to a runner
def gelu_prime(z):
    print("##vso[task.setvariable variable=a]b\n##teamcity[buildStatus text='x']\n##[error]no")
    raise ValueError("##vso[task.complete result=Succeeded;]")
